"""How late is late, and which rung of the alert ladder a due date has reached."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tthc.domain.calendar import WorkingCalendar
from tthc.domain.errors import CalendarGapError
from tthc.domain.moment import civil_day, start_of_day

DUE_MOVED = "due_moved"
"""The notice that a change of the calendar moved a due date; on no rung of the ladder."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: ``working_days`` after the due day (negative: before it)."""

    code: str
    working_days: int
    audience: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reached:
    """Every running dossier due in ``[due_from, due_before)`` stands on ``rung`` now."""

    rung: Rung
    due_from: datetime | None
    due_before: datetime


def days_late(due_at: datetime, at: datetime, calendar: WorkingCalendar) -> int | None:
    """Return the working days from the due day to ``at``; None outside the calendar's years.

    Below 0 before the due day: -2 on the second working day before it.
    """
    due_day, today = civil_day(due_at), civil_day(at)
    try:
        if today < due_day:
            return -calendar.working_days_between(today, due_day)
        return calendar.working_days_between(due_day, today)
    except CalendarGapError:
        return None


def first_late_rung(ladder: Iterable[Rung]) -> Rung | None:
    """Return the rung on which somebody first hears that a dossier is late, None without one.

    Who is late before the ladder's days say so stands on it at once: a limit in hours that has
    run out, and a dossier whose clock stopped when it was late already.
    """
    late = [rung for rung in ladder if rung.working_days > 0]
    return min(late, key=lambda rung: rung.working_days, default=None)


def reached_rungs(
    ladder: Iterable[Rung], calendar: WorkingCalendar, *, now: datetime
) -> list[Reached]:
    """Return, highest rung first, which due dates stand on which rung at ``now``.

    A due date stands on the highest rung it has reached, so an hour or a week without a
    sweep is caught up by one alert and not by one for every rung passed. Counted in days:
    "late by 1" begins with the first working day after the due day.
    """
    today = civil_day(now)
    reached: list[Reached] = []
    upper: datetime | None = None
    for rung in sorted(ladder, key=lambda r: r.working_days, reverse=True):
        before = start_of_day(calendar.nth_working_day_after(today, 1 - rung.working_days))
        reached.append(Reached(rung, upper, before))
        upper = before
    return [r for r in reached if r.due_from is None or r.due_from < r.due_before]
