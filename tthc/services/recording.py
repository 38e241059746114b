"""Writing what happened to a dossier: its row, event, due versions, stops and stages, together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from tthc.domain.dossier import STATE_FIELDS, DossierState, changes_between
from tthc.domain.ledger import Due, Step
from tthc.domain.lifecycle import Action
from tthc.domain.outcomes import Outcome
from tthc.domain.parties import NotifyBy, PartyRole, Person
from tthc.domain.stages import StageRun
from tthc.domain.text import search_form
from tthc.storage.bulk import insert_row
from tthc.storage.queries.dossiers import find_due_version, list_stops
from tthc.storage.queries.stages import find_stage
from tthc.storage.tables.dossiers import ClockStop, Dossier, DossierEvent, DueVersion, Party
from tthc.storage.tables.stages import DossierStage

UNBORN = DossierState()
PERSON = tuple(field.name for field in fields(Person))


@dataclass(frozen=True, slots=True)
class Happening:
    """One event to record: what, who, when it happened and when we heard of it."""

    action: Action
    actor: str
    happened_at: datetime
    recorded_at: datetime
    facts: Mapping[str, Any]


def state_of(dossier: Dossier) -> DossierState:
    """Return the facts of a row as the value the rules understand."""
    return DossierState(**{name: getattr(dossier, name) for name in STATE_FIELDS})


def record_birth(
    session: Session, dossier: Dossier, outcome: Outcome, happening: Happening
) -> Dossier:
    """Insert a new dossier with its first event; ``dossier`` has all columns but the state's."""
    _write_state(dossier, outcome.state)
    session.add(dossier)
    session.flush()
    _record(session, dossier, outcome, happening)
    return dossier


def record_change(
    session: Session, dossier: Dossier, outcome: Outcome, happening: Happening
) -> Dossier:
    """Write the outcome of an action on an existing dossier, and its event."""
    before = state_of(dossier)
    _write_state(dossier, outcome.state)
    _record(session, dossier, outcome, happening, before=before)
    return dossier


def _write_state(dossier: Dossier, state: DossierState) -> None:
    for name in STATE_FIELDS:
        value = getattr(state, name)
        if getattr(dossier, name) != value:
            setattr(dossier, name, value)


def _record(
    session: Session,
    dossier: Dossier,
    outcome: Outcome,
    told: Happening,
    *,
    before: DossierState = UNBORN,
) -> None:
    state = outcome.state
    insert_row(
        session,
        DossierEvent,
        dossier_id=dossier.id,
        version=state.version,
        action=told.action,
        happened_at=told.happened_at,
        recorded_at=told.recorded_at,
        actor=told.actor,
        changes=changes_between(before, state),
        facts=dict(told.facts),
    )
    _record_due(session, dossier.id, outcome, told)
    _record_stop(session, dossier.id, outcome, told)
    session.flush()
    _record_stages(session, dossier.id, outcome.stages)


def _record_stop(session: Session, dossier_id: int, outcome: Outcome, told: Happening) -> None:
    state = outcome.state
    if outcome.ended_stop is not None or state.ended_at is not None:
        for stop in list_stops(session, dossier_id, open_only=True):
            if outcome.ended_stop in {None, stop.reason}:
                stop.ended_at, stop.ended_by = told.happened_at, told.actor
    if outcome.began_stop is not None:
        limit_on = told.facts.get("limit_on")
        session.add(
            ClockStop(
                dossier_id=dossier_id,
                number=state.stop_count,
                reason=outcome.began_stop,
                started_at=told.happened_at,
                stood_since=state.stopped_at,
                began_by=told.actor,
                why=told.facts.get("reason"),
                limit_on=date.fromisoformat(limit_on) if limit_on else None,
            )
        )


def _record_stages(session: Session, dossier_id: int, runs: Iterable[StageRun]) -> None:
    """Write stages that ended, began or moved, one after another: only one may be open."""
    for run in runs:
        row = find_stage(session, dossier_id, run.round, run.number)
        values = stage_values(run)
        if row is None:
            session.add(DossierStage(dossier_id=dossier_id, **values))
        else:
            for name, value in values.items():
                setattr(row, name, value)
        session.flush()


def stage_values(run: StageRun) -> dict[str, Any]:
    """Return the columns of a stage but its dossier."""
    due = run.due
    return {
        "round": run.round,
        "number": run.number,
        "name": run.name,
        "unit_code": run.unit_code,
        "agency": run.agency,
        "officer": run.officer,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "limit_unit": run.limit.unit,
        "limit_amount": run.limit.amount,
        "limit_counting": run.limit.counting,
        "is_confirmed": run.is_confirmed,
        "is_inherited": run.is_inherited,
        "due_at": due.due_at if due else None,
        "overdue_at": due.overdue_at if due else None,
        "ledger": dump_ledger(due.ledger) if due else [],
    }


def _record_due(session: Session, dossier_id: int, outcome: Outcome, told: Happening) -> None:
    state, due = outcome.state, outcome.due
    if due is None:
        return
    insert_row(
        session,
        DueVersion,
        dossier_id=dossier_id,
        version=state.due_version,
        due_at=due.due_at,
        overdue_at=due.overdue_at,
        set_at=state.due_set_at,
        cause=told.action,
        ledger=dump_ledger(due.ledger),
    )


def present_due(session: Session, dossier: Dossier) -> Due | None:
    """Return the due date in force with its derivation, or None without one."""
    row = find_due_version(session, dossier.id, dossier.due_version)
    if row is None or dossier.due_granularity is None:
        return None
    return Due(row.due_at, row.overdue_at, dossier.due_granularity, load_ledger(row.ledger))


def dump_ledger(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """Return a derivation as JSON values."""
    return [{"kind": s.kind, "at": s.at.isoformat(), "facts": dict(s.facts)} for s in steps]


def load_ledger(lines: Sequence[Mapping[str, Any]]) -> tuple[Step, ...]:
    """Return a stored derivation as the rules' steps."""
    return tuple(Step(x["kind"], datetime.fromisoformat(x["at"]), x["facts"]) for x in lines)


def record_party(
    session: Session, dossier_id: int, role: PartyRole, person: Person, *, notify_by: NotifyBy
) -> Party:
    """Insert a person of a dossier; return the row as it was written."""
    values = {
        "dossier_id": dossier_id,
        "role": role,
        "notify_by": notify_by,
        "name_search": search_form(person.name),
        **{name: getattr(person, name) for name in PERSON},
    }
    insert_row(session, Party, **values)
    return Party(**values)
