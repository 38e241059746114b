"""The arithmetic of due dates: from a start and a limit to an instant, and later by a stop.

No step here depends on how long a limit is: the calendar answers by look-ups.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from tthc.domain.calendar import WorkingCalendar
from tthc.domain.limits import IN_DAY_CUTOFF, Counting, LimitUnit, TimeLimit
from tthc.domain.moment import ONE_DAY, at_minute, civil_day


@dataclass(frozen=True, slots=True)
class Stop:
    """A closed stop of the clock."""

    started_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Counted:
    """Where a count ends. ``nominal_on`` is its last day before it rolled off a day off.

    Only calendar days have one: the next stop is added to it, not to the rolled day, so two
    stops that follow each other move as much as one.
    """

    due_at: datetime
    nominal_on: date | None = None


def count(starts_at: datetime, limit: TimeLimit, calendar: WorkingCalendar) -> Counted:
    """Return where ``limit`` ends when it is counted from ``starts_at``, an open moment.

    Raises:
        CalendarGapError: it reaches a year without a calendar.
    """
    return _RULES[limit.unit, limit.counting](starts_at, limit.amount, calendar)


def move(
    counted: Counted, stop: Stop, limit: TimeLimit, calendar: WorkingCalendar
) -> tuple[Counted, int]:
    """Return ``counted`` moved by the working time of ``stop``, and by how much.

    The measure is the limit's own: working minutes, half-days, working days or days.
    """
    return _MOVES.get((limit.unit, limit.counting), _move_working_days)(counted, stop, calendar)


def _working_days(start: datetime, amount: int, calendar: WorkingCalendar) -> Counted:
    return Counted(calendar.closing_after(start, amount))


def _calendar_days(start: datetime, amount: int, calendar: WorkingCalendar) -> Counted:
    return _rolled(civil_day(start) + amount * ONE_DAY, calendar)


def _working_hours(start: datetime, amount: int, calendar: WorkingCalendar) -> Counted:
    return Counted(calendar.add_minutes(start, amount * 60))


def _in_day(start: datetime, _amount: int, calendar: WorkingCalendar) -> Counted:
    day = civil_day(start)
    if start > at_minute(day, IN_DAY_CUTOFF) or not calendar.is_working_day(day):
        day = calendar.nth_working_day_after(day, 1)
    return Counted(calendar.closing_on(day))


def _half_days(start: datetime, amount: int, calendar: WorkingCalendar) -> Counted:
    return Counted(calendar.end_of_shift_after(start, amount))


def _rolled(nominal: date, calendar: WorkingCalendar) -> Counted:
    return Counted(calendar.closing_on(calendar.on_or_after(nominal)), nominal)


_Unit = tuple[LimitUnit, Counting]

_RULES: dict[_Unit, Callable[[datetime, int, WorkingCalendar], Counted]] = {
    (LimitUnit.WORKING_DAY, Counting.STANDARD): _working_days,
    (LimitUnit.WORKING_DAY, Counting.IN_DAY): _in_day,
    (LimitUnit.WORKING_DAY, Counting.HALF_DAY): _half_days,
    (LimitUnit.CALENDAR_DAY, Counting.STANDARD): _calendar_days,
    (LimitUnit.WORKING_HOUR, Counting.STANDARD): _working_hours,
}


def _move_working_days(
    counted: Counted, stop: Stop, calendar: WorkingCalendar
) -> tuple[Counted, int]:
    by = calendar.working_days_between(civil_day(stop.started_at), civil_day(stop.ended_at))
    return (_working_days(counted.due_at, by, calendar) if by else counted), by


def _move_calendar_days(
    counted: Counted, stop: Stop, calendar: WorkingCalendar
) -> tuple[Counted, int]:
    by = (civil_day(stop.ended_at) - civil_day(stop.started_at)).days
    nominal = counted.nominal_on or civil_day(counted.due_at)
    return (_rolled(nominal + by * ONE_DAY, calendar) if by else counted), by


def _move_working_hours(
    counted: Counted, stop: Stop, calendar: WorkingCalendar
) -> tuple[Counted, int]:
    by = calendar.minutes_between(stop.started_at, stop.ended_at)
    return (Counted(calendar.add_minutes(counted.due_at, by)) if by else counted), by


def _move_half_days(counted: Counted, stop: Stop, calendar: WorkingCalendar) -> tuple[Counted, int]:
    by = calendar.shifts_between(stop.started_at, stop.ended_at)
    return (Counted(calendar.end_of_shift_after(counted.due_at, by - 1)) if by else counted), by


_MOVES: dict[_Unit, Callable[[Counted, Stop, WorkingCalendar], tuple[Counted, int]]] = {
    (LimitUnit.WORKING_HOUR, Counting.STANDARD): _move_working_hours,
    (LimitUnit.CALENDAR_DAY, Counting.STANDARD): _move_calendar_days,
    (LimitUnit.WORKING_DAY, Counting.HALF_DAY): _move_half_days,
}
