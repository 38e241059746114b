"""Which days count, and which hours of them: the official working calendar as one value.

Positions are prefix sums over the covered days, so every question is a look-up or a binary
search and none walks day by day. A calendar covers whole years and refuses dates outside
them: a missing holiday list is an error at once, never a wrong deadline months later.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import accumulate

from tthc.domain.calendar_rows import (
    MINUTES_A_DAY,
    CalendarInvalidError,
    DayKind,
    Shift,
    SpecialDay,
    Week,
    check_weeks,
)
from tthc.domain.errors import CalendarGapError
from tthc.domain.moment import local, start_of_day

_MINUTES = [timedelta(minutes=minute) for minute in range(MINUTES_A_DAY + 1)]
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Working days and hours of the years ``first_year`` to ``last_year``, both included.

    Attributes:
        revision: number of the calendar revision that figures and ledgers cite.
        special: the days that differ from the ordinary week, by day.
        weeks: the hours, oldest first; a day before the first has those of the first.

    Raises:
        CalendarInvalidError: there is no working day, or two weeks are valid on one day.
    """

    revision: int
    first_year: int
    last_year: int
    special: Mapping[date, SpecialDay]
    weeks: Sequence[Week]
    _origin: int = field(init=False, repr=False)
    _begins: list[datetime] = field(init=False, repr=False, compare=False)
    _laid: list[Sequence[Shift]] = field(init=False, repr=False, compare=False)
    _minutes: list[int] = field(init=False, repr=False, compare=False)
    _shifts: list[int] = field(init=False, repr=False, compare=False)
    _count: list[int] = field(init=False, repr=False, compare=False)
    _days: list[int] = field(init=False, repr=False, compare=False)
    _off: list[int] = field(init=False, repr=False, compare=False)
    _made_up: list[int] = field(init=False, repr=False, compare=False)
    _provisional: frozenset[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Lay out each day once: its beginning, its shifts, and the prefix sums over them."""
        check_weeks(self.weeks)
        origin = date(self.first_year, 1, 1).toordinal()
        ordinals = range(origin, date(self.last_year + 1, 1, 1).toordinal())
        laid = [self._lay_shifts(date.fromordinal(ordinal)) for ordinal in ordinals]
        made_up = (row.day for row in self.special.values() if row.kind is DayKind.MAKE_UP)
        facts = {
            "_origin": origin,
            "_begins": [start_of_day(date.fromordinal(ordinal)) for ordinal in ordinals],
            "_laid": laid,
            "_minutes": _sums(sum(b - a for a, b in shifts) for shifts in laid),
            "_shifts": _sums(len(shifts) for shifts in laid),
            "_count": _sums(bool(shifts) for shifts in laid),
            "_days": [ordinals[n] for n, shifts in enumerate(laid) if shifts],
            "_off": [ordinals[n] for n, shifts in enumerate(laid) if not shifts],
            "_made_up": sorted(map(date.toordinal, made_up)),
            "_provisional": frozenset(
                row.day.year for row in self.special.values() if row.is_provisional
            ),
        }
        for name, value in facts.items():
            object.__setattr__(self, name, value)
        if not self._days:
            raise CalendarInvalidError(
                "Lịch không có ngày làm việc nào.", "the calendar has no working day"
            )

    def week_of(self, day: date) -> Week:
        """Return the ordinary week whose hours hold on ``day``, if there were no days off."""
        for week in reversed(self.weeks):
            if week.is_valid_on(day):
                return week
        return self.weeks[0]

    def _lay_shifts(self, day: date) -> Sequence[Shift]:
        if not self.weeks:
            return ()
        row, week = self.special.get(day), self.week_of(day)
        if row is None:
            return week.worked.get(day.isoweekday(), ())
        return week.on_make_up if row.kind is DayKind.MAKE_UP else ()

    def _index(self, day: date) -> int:
        index = day.toordinal() - self._origin
        if 0 <= index < len(self._laid):
            return index
        raise _gap(day.year)

    def _place(self, moment: datetime) -> tuple[int, int]:
        """Return the index of a moment's day and its minute there."""
        at = local(moment)
        index = at.toordinal() - self._origin
        if 0 <= index < len(self._laid):
            return index, at.hour * 60 + at.minute
        raise _gap(at.year)

    def _at(self, index: int, minute: int) -> datetime:
        return self._begins[index] + _MINUTES[minute]

    def shifts_on(self, day: date) -> Sequence[Shift]:
        """Return the working shifts of ``day``, empty on a day off."""
        return self._laid[self._index(day)]

    def desk_shifts_on(self, day: date) -> Sequence[Shift]:
        """Return the shifts in which dossiers are taken in, on working days and besides them."""
        worked = self.shifts_on(day)
        if worked or day in self.special:
            return worked
        return self.week_of(day).received.get(day.isoweekday(), ())

    def is_working_day(self, day: date) -> bool:
        """Say whether ``day`` counts as a working day (ngày làm việc).

        Raises:
            CalendarGapError: the year of ``day`` is not covered (as for every question here).
        """
        index = self._index(day)
        return self._count[index + 1] > self._count[index]

    def nth_working_day_after(self, day: date, n: int) -> date:
        """Return the ``n``-th working day after ``day``; ``day`` itself never counts.

        ``n`` 0 gives the last working day up to and including ``day``, a negative ``n`` days
        before that.
        """
        position = self._count[self._index(day) + 1] + n - 1
        if not 0 <= position < len(self._days):
            raise _gap(self.last_year + 1 if n > 0 else self.first_year - 1)
        return date.fromordinal(self._days[position])

    def on_or_after(self, day: date) -> date:
        """Return ``day``, or the next working day when ``day`` is a day off."""
        return day if self.is_working_day(day) else self.nth_working_day_after(day, 1)

    def working_days_between(self, start: date, end: date) -> int:
        """Count working days in the half-open interval ``(start, end]``; 0 if ``end <= start``."""
        first, last = self._index(start), self._index(end)
        return max(self._count[last + 1] - self._count[first + 1], 0)

    def days_off_between(self, start: date, end: date) -> list[tuple[date, str]]:
        """Return the days off in ``(start, end]``, each with its name or weekday in Vietnamese."""
        self._index(start), self._index(end)
        return [(day, self._why_off(day)) for day in _within(self._off, start, end)]

    def make_ups_between(self, start: date, end: date) -> list[tuple[date, str]]:
        """Return the days in ``(start, end]`` that are worked by decision only, with their name."""
        return [(day, self.special[day].name) for day in _within(self._made_up, start, end)]

    def _why_off(self, day: date) -> str:
        row = self.special.get(day)
        return WEEKDAYS[day.weekday()] if row is None else row.name

    def is_provisional(self, day: date) -> bool:
        """Say whether days off of that year are expected only, not announced yet."""
        return day.year in self._provisional

    def closing_on(self, day: date) -> datetime:
        """Return the instant the desk closes on the working day ``day``."""
        index = self._index(day)
        return self._at(index, self._laid[index][-1][1])

    def closing_after(self, moment: datetime, n: int) -> datetime:
        """Return when the desk closes on the ``n``-th working day after that of ``moment``."""
        position = self._count[self._place(moment)[0] + 1] + n - 1
        if not 0 <= position < len(self._days):
            raise _gap(self.last_year + 1)
        index = self._days[position] - self._origin
        return self._at(index, self._laid[index][-1][1])

    def opening_from(self, moment: datetime) -> datetime:
        """Return ``moment`` if the desk takes dossiers in then, else its next opening.

        A day that is only received on counts when something comes in within its hours; what
        comes in outside them waits for the next working day.
        """
        index, minute = self._place(moment)
        shifts = self._laid[index] or self.desk_shifts_on(self._day(index))
        for opens, closes in shifts:
            if minute < opens:
                return self._at(index, opens)
            if minute < closes:
                return moment
        position = self._count[index + 1]
        if position >= len(self._days):
            raise _gap(self.last_year + 1)
        following = self._days[position] - self._origin
        return self._at(following, self._laid[following][0][0])

    def _day(self, index: int) -> date:
        return date.fromordinal(self._origin + index)

    def add_minutes(self, moment: datetime, minutes: int) -> datetime:
        """Return the instant after ``minutes`` (at least 1) of working time from ``moment``."""
        return self._worked(self._position(moment) + minutes)

    def worked_before(self, moment: datetime, minutes: int) -> datetime:
        """Return the first instant from which less than ``minutes`` are worked until ``moment``.

        From every instant before it ``minutes`` (at least 1) of working time or more have passed.
        """
        target = self._position(moment) - minutes + 1
        if target < 1:
            raise _gap(self.first_year - 1)
        return self._worked(target)

    def _worked(self, target: int) -> datetime:
        """Return when ``target`` minutes (at least 1) are worked, counted from the first day."""
        index = bisect_left(self._minutes, target) - 1
        if index + 1 >= len(self._minutes):
            raise _gap(self.last_year + 1)
        left = target - self._minutes[index]
        for opens, closes in self._laid[index]:
            if left <= closes - opens:
                return self._at(index, opens + left)
            left -= closes - opens
        raise AssertionError("the prefix sums and the shifts disagree")

    def end_of_shift_after(self, moment: datetime, n: int) -> datetime:
        """Return the end of the ``n``-th shift (half-day) after the one that holds ``moment``.

        ``n`` 0 gives the end of that shift itself; outside all shifts the next one counts as
        the one that holds ``moment``.
        """
        target = self._shifts_over(moment) + n + 1
        index = bisect_left(self._shifts, target) - 1
        if index + 1 >= len(self._shifts):
            raise _gap(self.last_year + 1)
        return self._at(index, self._laid[index][target - self._shifts[index] - 1][1])

    def shifts_between(self, start: datetime, end: datetime) -> int:
        """Count the shifts (half-days) that end in ``(start, end]``; 0 if ``end <= start``."""
        return max(self._shifts_over(end) - self._shifts_over(start), 0)

    def _shifts_over(self, moment: datetime) -> int:
        index, minute = self._place(moment)
        return self._shifts[index] + sum(b <= minute for _, b in self._laid[index])

    def minutes_between(self, start: datetime, end: datetime) -> int:
        """Return the working minutes from ``start`` to ``end``; 0 if ``end <= start``."""
        return max(self._position(end) - self._position(start), 0)

    def _position(self, moment: datetime) -> int:
        index, minute = self._place(moment)
        worked = self._minutes[index]
        for opens, closes in self._laid[index]:
            if minute > opens:
                worked += min(minute, closes) - opens
        return worked


def _sums(values: Iterable[int]) -> list[int]:
    return list(accumulate(values, initial=0))


def _within(ordinals: Sequence[int], start: date, end: date) -> Iterable[date]:
    first, last = bisect_right(ordinals, start.toordinal()), bisect_right(ordinals, end.toordinal())
    return map(date.fromordinal, ordinals[first:last])


def _gap(year: int) -> CalendarGapError:
    return CalendarGapError(
        f"Chưa nạp lịch làm việc năm {year}.",
        f"no working calendar is loaded for {year}",
        year=str(year),
    )
