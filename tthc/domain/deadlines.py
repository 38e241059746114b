"""When a result is due: from receipt, limit and stops to an instant, with every step told.

A due date is never a bare date: each computation returns its derivation, the steps from receipt
to the due instant.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from tthc.domain.calendar import WorkingCalendar
from tthc.domain.errors import RuleError
from tthc.domain.moment import ONE_DAY, TICK, at_minute, civil_day, start_of_day

IN_DAY_CUTOFF = 15 * 60
"""Minute of the day until which an in-day procedure is answered the same day.

Source: Nghị định 23/2015/NĐ-CP, Art. 7 (certification); hộ tịch procedures as published.
"""
LONGEST_DAYS = 3_650
LONGEST_HOURS = 29_200


class LimitUnit(StrEnum):
    """How the decision that published the procedure counts its limit; never merged."""

    WORKING_HOUR = "working_hour"
    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    NONE = "none"


class Counting(StrEnum):
    """Which counting rule the procedure has."""

    STANDARD = "standard"
    IN_DAY = "in_day_15h"


class StopMode(StrEnum):
    """What the end of a supplement does to the clock (both are in legal use)."""

    SHIFT = "shift"
    RESTART = "restart"


class Granularity(StrEnum):
    """How a due instant is compared: by civil day, or to the instant (limits in hours)."""

    DAY = "day"
    INSTANT = "instant"


class LimitInvalidError(RuleError):
    """A limit is zero, negative, out of range or without its amount."""

    code = "limit_invalid"


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """A published limit, for example 15 working days, with its counting rule.

    ``amount`` is at least 1, except for an in-day limit or unit ``NONE`` (no due date), where
    it is ignored.

    Raises:
        LimitInvalidError: the amount does not fit the unit.
    """

    amount: int
    unit: LimitUnit
    counting: Counting = Counting.STANDARD
    stop_mode: StopMode = StopMode.RESTART

    def __post_init__(self) -> None:
        """Refuse amounts that no decision can mean."""
        longest = LONGEST_HOURS if self.unit is LimitUnit.WORKING_HOUR else LONGEST_DAYS
        free = self.counting is Counting.IN_DAY or self.unit is LimitUnit.NONE
        if not free and not 1 <= self.amount <= longest:
            raise LimitInvalidError(
                f"Thời hạn phải từ 1 đến {longest}, không phải {self.amount}.",
                f"a limit must be from 1 to {longest}, not {self.amount}",
                amount=str(self.amount),
                unit=self.unit,
            )

    @property
    def granularity(self) -> Granularity:
        """Hours are compared to the instant, days by the civil day (Civil Code 2015, Art. 147)."""
        hours = self.unit is LimitUnit.WORKING_HOUR
        return Granularity.INSTANT if hours else Granularity.DAY


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a derivation. ``at`` is the instant it speaks of; ``facts`` are its numbers."""

    kind: str
    at: datetime
    facts: dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Due:
    """When a result is due and why.

    Attributes:
        due_at: the promised instant; for day limits the desk's closing on the due day.
        overdue_at: the first instant that is late: local midnight after the due day, or one
            microsecond after ``due_at`` for limits in hours.
        ledger: the steps from receipt to ``due_at``.
    """

    due_at: datetime
    overdue_at: datetime
    granularity: Granularity
    ledger: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """A closed stop of the clock."""

    started_at: datetime
    ended_at: datetime


def overdue_from(due_at: datetime, granularity: Granularity) -> datetime:
    """Return the first instant that is late for ``due_at``.

    A day limit ends with its day at 24:00. Source: Bộ luật Dân sự 2015, Art. 148.
    """
    if granularity is Granularity.INSTANT:
        return due_at + TICK
    return start_of_day(civil_day(due_at) + ONE_DAY)


def compute_due(received_at: datetime, limit: TimeLimit, calendar: WorkingCalendar) -> Due | None:
    """Return when a dossier received at ``received_at`` is due; None for a limit ``NONE``.

    Receipt outside opening hours counts as the next opening. The day of receipt is not
    counted, and a limit in calendar days that ends on a day off runs to the next working
    day. Source: Bộ luật Dân sự 2015, Art. 147 and 148.

    Raises:
        CalendarGapError: the limit reaches a year without a calendar.
    """
    if limit.unit is LimitUnit.NONE and limit.counting is Counting.STANDARD:
        return None
    starts_at = calendar.opening_from(received_at)
    steps = (
        Step("received", received_at, {}),
        Step("counting_starts", starts_at, {"calendar_revision": calendar.revision}),
    )
    rule = _in_day if limit.counting is Counting.IN_DAY else _RULES[limit.unit]
    due_at = rule(starts_at, limit.amount, calendar)
    counted = Step(
        "counted", due_at, {"unit": limit.unit, "amount": limit.amount, "rule": limit.counting}
    )
    return _due(due_at, limit.granularity, (*steps, counted))


def shift_due(due: Due, stop: Stop, unit: LimitUnit, calendar: WorkingCalendar) -> Due:
    """Return ``due`` moved by the working time of one stop, in the limit's own unit.

    A stop that began when the dossier was already late moves nothing: late stays late. A
    stop within one day moves a day limit by nothing.
    """
    if stop.started_at >= due.overdue_at:
        return _told(due, Step("stop_ignored_late", stop.ended_at, {}))
    move = _SHIFTS.get(unit, _shift_working_days)
    moved, by = move(due.due_at, stop, calendar)
    facts: dict[str, str | int] = {
        "by": by,
        "unit": unit,
        "calendar_revision": calendar.revision,
        "stopped_at": stop.started_at.isoformat(),
        "resumed_at": stop.ended_at.isoformat(),
    }
    return _due(moved, due.granularity, (*due.ledger, Step("shifted", moved, facts)))


def restart_due(due: Due, stop: Stop, limit: TimeLimit, calendar: WorkingCalendar) -> Due:
    """Return the whole limit counted anew from the end of ``stop``; late stays late."""
    if stop.started_at >= due.overdue_at:
        return _told(due, Step("stop_ignored_late", stop.ended_at, {}))
    fresh = compute_due(stop.ended_at, limit, calendar)
    if fresh is None:
        return due
    restarted = Step("restarted", stop.ended_at, {"stopped_at": stop.started_at.isoformat()})
    return replace(fresh, ledger=(*due.ledger, restarted, *fresh.ledger[1:]))


def extend_due(due: Due, new_day: date, calendar: WorkingCalendar, *, at: datetime) -> Due:
    """Return ``due`` moved to the closing of the working day ``new_day`` by an extension.

    Raises:
        RuleError: the new day is a day off or not after the present due day.
    """
    if not calendar.is_working_day(new_day):
        raise RuleError(
            "Ngày hẹn mới phải là ngày làm việc.", "the new due day must be a working day"
        )
    if new_day <= civil_day(due.due_at):
        raise RuleError(
            "Ngày hẹn mới phải sau ngày hẹn cũ.", "the new due day must be after the present one"
        )
    step = Step("extended", calendar.closing_on(new_day), {"decided_at": at.isoformat()})
    return _due(calendar.closing_on(new_day), Granularity.DAY, (*due.ledger, step))


def given_due(due_at: datetime) -> Due:
    """Return a due date taken over from another system, compared by day, with no derivation."""
    return _due(due_at, Granularity.DAY, (Step("taken_over", due_at, {}),))


def _due(due_at: datetime, granularity: Granularity, ledger: tuple[Step, ...]) -> Due:
    return Due(due_at, overdue_from(due_at, granularity), granularity, ledger)


def _told(due: Due, step: Step) -> Due:
    return replace(due, ledger=(*due.ledger, step))


def _after_working_days(start: datetime, amount: int, calendar: WorkingCalendar) -> datetime:
    return calendar.closing_on(calendar.nth_working_day_after(civil_day(start), amount))


def _after_calendar_days(start: datetime, amount: int, calendar: WorkingCalendar) -> datetime:
    return calendar.closing_on(calendar.on_or_after(civil_day(start) + amount * ONE_DAY))


def _after_working_hours(start: datetime, amount: int, calendar: WorkingCalendar) -> datetime:
    return calendar.add_minutes(start, amount * 60)


def _in_day(start: datetime, _amount: int, calendar: WorkingCalendar) -> datetime:
    day = civil_day(start)
    if start > at_minute(day, IN_DAY_CUTOFF):
        day = calendar.nth_working_day_after(day, 1)
    return calendar.closing_on(day)


_RULES: dict[LimitUnit, Callable[[datetime, int, WorkingCalendar], datetime]] = {
    LimitUnit.WORKING_DAY: _after_working_days,
    LimitUnit.CALENDAR_DAY: _after_calendar_days,
    LimitUnit.WORKING_HOUR: _after_working_hours,
}


def _shift_working_days(
    due_at: datetime, stop: Stop, calendar: WorkingCalendar
) -> tuple[datetime, int]:
    by = calendar.working_days_between(civil_day(stop.started_at), civil_day(stop.ended_at))
    if not by:
        return due_at, 0
    return calendar.closing_on(calendar.nth_working_day_after(civil_day(due_at), by)), by


def _shift_calendar_days(
    due_at: datetime, stop: Stop, calendar: WorkingCalendar
) -> tuple[datetime, int]:
    by = (civil_day(stop.ended_at) - civil_day(stop.started_at)).days
    if not by:
        return due_at, 0
    return calendar.closing_on(calendar.on_or_after(civil_day(due_at) + by * ONE_DAY)), by


def _shift_working_hours(
    due_at: datetime, stop: Stop, calendar: WorkingCalendar
) -> tuple[datetime, int]:
    by = calendar.minutes_between(stop.started_at, stop.ended_at)
    return (calendar.add_minutes(due_at, by) if by else due_at), by


_SHIFTS = {
    LimitUnit.WORKING_HOUR: _shift_working_hours,
    LimitUnit.CALENDAR_DAY: _shift_calendar_days,
}
