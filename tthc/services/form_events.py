"""What the forms tell that follow one event: a supplement, a refusal, an apology, a stop."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from tthc.domain.forms import APOLOGIES
from tthc.domain.lifecycle import Action
from tthc.services.form_source import Source, told_at
from tthc.storage.tables.dossiers import DossierEvent


def supplement(source: Source) -> dict[str, Any]:
    """Return which papers are wanted, why and until when; all of them were named at once."""
    event = _newest(source, {Action.REQUEST_SUPPLEMENT})
    return _event(event) | {
        "wanted": list(event.facts.get("papers", ())),
        "limit_on": _day(event.facts.get("limit_on")),
    }


def refusal(source: Source) -> dict[str, Any]:
    """Return when and why the dossier was not taken in."""
    return _event(_newest(source, {Action.REFUSE}))


def apology(source: Source) -> dict[str, Any]:
    """Return the date that was promised, the one promised now, why, and who caused it.

    Of an extension the old and new due date; of an apology for a late dossier the date that was
    missed and the day promised now, which may be unknown.
    """
    event = _newest(source, APOLOGIES)
    is_extension = event.action is Action.EXTEND
    due = _due_after(source, event.version)
    missed = _due_after(source, event.version - 1) if is_extension else due
    promised = told_at(due) if is_extension else _day(event.facts.get("promised_on"))
    return _event(event) | {
        "previous_due": told_at(missed),
        "new_due": promised,
        "responsible": source.unit_name(event.facts.get("responsible_unit")),
    }


def stop(source: Source) -> dict[str, Any]:
    """Return when and why the dossier was stopped, and who decided it."""
    return _event(_newest(source, {Action.STOP}))


def _newest(source: Source, actions: Collection[Action]) -> DossierEvent:
    """Return the newest event of these actions; a form that fits has one."""
    return next(event for event in reversed(source.events) if event.action in actions)


def _event(event: DossierEvent) -> dict[str, Any]:
    return {
        "happened_at": told_at(event.happened_at),
        "reason": event.facts.get("reason", ""),
        "decided_by": event.actor,
    }


def _due_after(source: Source, version: int) -> datetime | None:
    """Return the due date that was in force after the dossier's event of that version."""
    told = [
        e.changes["due_at"] for e in source.events if e.version <= version and "due_at" in e.changes
    ]
    return datetime.fromisoformat(told[-1]) if told and told[-1] else None


def _day(text: str | None) -> str:
    return f"{date.fromisoformat(text):%d/%m/%Y}" if text else ""
