"""Why a dossier is due when it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from tthc.domain.accounts import Actor
from tthc.domain.calendar import WorkingCalendar
from tthc.domain.deadlines import Due, TimeLimit, compute_due
from tthc.domain.explain import days_skipped, explain, skipped_sentence
from tthc.domain.overdue import days_late
from tthc.services.recording import present_due
from tthc.services.reference import load_reference
from tthc.storage.queries.dossiers import get_dossier


@dataclass(frozen=True, slots=True)
class Explanation:
    """A due date with its derivation as data and as sentences.

    Attributes:
        skipped: the days off between receipt and due, each with its reason.
        is_overdue: late at the moment it ended or stopped, else now.
        days_late: working days late at that moment; None where no calendar covers the days.
    """

    due: Due | None
    original_due_at: datetime | None
    sentences: list[str]
    skipped: Sequence[tuple[date, str]]
    calendar_revision: int
    is_overdue: bool
    days_late: int | None


def explain_dossier(session: Session, code: str, actor: Actor, *, now: datetime) -> Explanation:
    """Return why the dossier is due when it is, or raise NotFoundError."""
    dossier = get_dossier(session, code, actor.scope)
    calendar = load_reference(session).calendar_of(dossier.receiving_unit)
    due = present_due(session, dossier)
    judged_at = dossier.stopped_at or dossier.ended_at or now
    told = explain_due(due, dossier.received_at, calendar, judged_at=judged_at)
    return replace(told, original_due_at=dossier.original_due_at)


def explain_limit(
    received_at: datetime, limit: TimeLimit, calendar: WorkingCalendar
) -> Explanation:
    """Return when something received at ``received_at`` would be due, and why.

    Raises:
        CalendarGapError: the limit reaches a year without a calendar.
    """
    due = compute_due(received_at, limit, calendar)
    return explain_due(due, received_at, calendar, judged_at=received_at)


def explain_due(
    due: Due | None,
    received_at: datetime | None,
    calendar: WorkingCalendar,
    *,
    judged_at: datetime,
) -> Explanation:
    """Tell a due date in sentences, judged late or not at ``judged_at``."""
    if due is None or received_at is None:
        return Explanation(None, None, [], (), calendar.revision, is_overdue=False, days_late=None)
    derived = due.ledger[0].kind != "taken_over"
    skipped = tuple(days_skipped(received_at, due.due_at, calendar)) if derived else ()
    sentences = [*explain(due.ledger), *filter(None, [skipped_sentence(skipped)])]
    is_overdue = judged_at >= due.overdue_at
    late = days_late(due.due_at, judged_at, calendar) if is_overdue else 0
    return Explanation(
        due,
        due.due_at,
        sentences,
        skipped,
        calendar.revision,
        is_overdue=is_overdue,
        days_late=late,
    )
