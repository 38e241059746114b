"""Why a dossier is due when it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from tthc.domain.accounts import Actor
from tthc.domain.calendar import WorkingCalendar
from tthc.domain.deadlines import Offices, compute_due
from tthc.domain.explain import explain
from tthc.domain.ledger import DayLine, Due, Step, day_lines
from tthc.domain.limits import TimeLimit
from tthc.domain.overdue import days_late
from tthc.services.recording import present_due
from tthc.services.reference import load_reference
from tthc.storage.queries.dossiers import get_dossier, list_stops
from tthc.storage.tables.dossiers import ClockStop


@dataclass(frozen=True, slots=True)
class Explanation:
    """A due date with its derivation as data and as sentences.

    Attributes:
        days: each day of the last count, counted with its number or not with its reason.
        skipped: every day off that any count of the derivation passed over, with its reason.
        calendar_revision: the calendar in force now; the steps cite those they were made with.
        is_overdue: late at the moment it ended or stopped, else now.
        days_late: working days late at that moment; None where no calendar covers the days.
        stops: every stop of the clock, oldest first.
    """

    due: Due | None
    original_due_at: datetime | None
    sentences: list[str]
    days: Sequence[DayLine]
    skipped: Sequence[tuple[date, str]]
    calendar_revision: int
    is_overdue: bool
    days_late: int | None
    stops: Sequence[ClockStop] = ()


def explain_dossier(session: Session, code: str, actor: Actor, *, now: datetime) -> Explanation:
    """Return why the dossier is due when it is, or raise NotFoundError."""
    dossier = get_dossier(session, code, actor.scope)
    reference = load_reference(session)
    work = reference.offices(dossier.receiving_unit, dossier.resolving_unit).work
    judged_at = dossier.stopped_at or dossier.ended_at or now
    told = explain_due(present_due(session, dossier), work, judged_at=judged_at)
    stops = list_stops(session, dossier.id) if dossier.stop_count else ()
    return replace(told, original_due_at=dossier.original_due_at, stops=stops)


def explain_limit(
    received_at: datetime, limit: TimeLimit, calendar: WorkingCalendar
) -> Explanation:
    """Return when something received at ``received_at`` would be due, and why.

    Raises:
        CalendarGapError: the limit reaches a year without a calendar.
    """
    due = compute_due(received_at, limit, Offices.one(calendar))
    return explain_due(due, calendar, judged_at=received_at)


def explain_due(due: Due | None, calendar: WorkingCalendar, *, judged_at: datetime) -> Explanation:
    """Tell a due date in sentences, judged late or not at ``judged_at``."""
    if due is None:
        return Explanation(
            None, None, [], (), (), calendar.revision, is_overdue=False, days_late=None
        )
    is_overdue = judged_at >= due.overdue_at
    late = days_late(due.due_at, judged_at, calendar) if is_overdue else 0
    return Explanation(
        due,
        due.due_at,
        explain(due.ledger),
        _days_of_the_last_count(due.ledger),
        _skipped(due.ledger),
        calendar.revision,
        is_overdue=is_overdue,
        days_late=late,
    )


def _days_of_the_last_count(ledger: Sequence[Step]) -> list[DayLine]:
    return next((days for step in reversed(ledger) if (days := day_lines(step))), [])


def _skipped(ledger: Iterable[Step]) -> list[tuple[date, str]]:
    told = {day: why for step in ledger for day, why in step.facts.get("skipped", ())}
    return sorted((date.fromisoformat(day), why) for day, why in told.items())
