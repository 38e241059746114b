"""Which days count, and which hours of them: the official working calendar as one value.

Positions are prefix sums over the covered days, so every question is a look-up or a binary
search and none walks day by day. A calendar covers whole years and refuses dates outside
them: a missing holiday list is an error at once, never a wrong deadline months later.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from itertools import accumulate, pairwise

from tthc.domain.errors import CalendarGapError, RuleError
from tthc.domain.moment import at_minute, civil_day, local

MONDAY = 1
MINUTES_A_DAY = 24 * 60

Shift = tuple[int, int]
"""Opening and closing, in minutes after local midnight."""


class DayKind(StrEnum):
    """What a calendar row does to its day."""

    OFF = "NGHI"
    MAKE_UP = "LAM_BU"


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """One row of the official calendar: a day off, or a weekend day worked in its place."""

    day: date
    kind: DayKind
    name: str
    legal_basis: str = ""
    is_provisional: bool = False


class CalendarInvalidError(RuleError):
    """The rows or hours cannot make a calendar."""

    code = "calendar_invalid"


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Working days and hours of the years ``first_year`` to ``last_year``, both included.

    Attributes:
        revision: number of the calendar revision that figures and ledgers cite.
        special: the official rows by day.
        hours: shifts per ISO weekday; a make-up day keeps Monday's.
    """

    revision: int
    first_year: int
    last_year: int
    special: Mapping[date, SpecialDay]
    hours: Mapping[int, Sequence[Shift]]
    _origin: int = field(init=False, repr=False)
    _minutes: list[int] = field(init=False, repr=False, compare=False)
    _count: list[int] = field(init=False, repr=False, compare=False)
    _days: list[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check hours and lay out the prefix sums.

        Raises:
            CalendarInvalidError: no working day, or hours that overlap or leave the day.
        """
        for shifts in self.hours.values():
            _check_shifts(shifts)
        origin = date(self.first_year, 1, 1).toordinal()
        length = date(self.last_year + 1, 1, 1).toordinal() - origin
        shifts_of = [self._lay_shifts(date.fromordinal(origin + n)) for n in range(length)]
        put = object.__setattr__
        put(self, "_origin", origin)
        sums = (sum(b - a for a, b in shifts) for shifts in shifts_of)
        put(self, "_minutes", list(accumulate(sums, initial=0)))
        put(self, "_count", list(accumulate((bool(s) for s in shifts_of), initial=0)))
        put(self, "_days", [origin + n for n, shifts in enumerate(shifts_of) if shifts])
        if not self._days:
            raise CalendarInvalidError(
                "Lịch không có ngày làm việc nào.", "the calendar has no working day"
            )

    def _lay_shifts(self, day: date) -> Sequence[Shift]:
        row = self.special.get(day)
        if row is None:
            return self.hours.get(day.isoweekday(), ())
        return self.hours.get(MONDAY, ()) if row.kind is DayKind.MAKE_UP else ()

    def _index(self, day: date) -> int:
        if not self.first_year <= day.year <= self.last_year:
            raise CalendarGapError(
                f"Chưa nạp lịch làm việc năm {day.year}.",
                f"no working calendar is loaded for {day.year}",
                year=str(day.year),
            )
        return day.toordinal() - self._origin

    def shifts_on(self, day: date) -> Sequence[Shift]:
        """Return the shifts of ``day``, empty on a day off."""
        self._index(day)
        return self._lay_shifts(day)

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
            year = self.last_year + 1 if n > 0 else self.first_year - 1
            raise CalendarGapError(
                f"Chưa nạp lịch làm việc năm {year}.",
                f"no working calendar is loaded for {year}",
                year=str(year),
            )
        return date.fromordinal(self._days[position])

    def on_or_after(self, day: date) -> date:
        """Return ``day``, or the next working day when ``day`` is a day off."""
        return day if self.is_working_day(day) else self.nth_working_day_after(day, 1)

    def working_days_between(self, start: date, end: date) -> int:
        """Count working days in the half-open interval ``(start, end]``; 0 if ``end <= start``."""
        first, last = self._index(start), self._index(end)
        return max(self._count[last + 1] - self._count[first + 1], 0)

    def closing_on(self, day: date) -> datetime:
        """Return the instant the desk closes on the working day ``day``."""
        return at_minute(day, self.shifts_on(day)[-1][1])

    def opening_from(self, moment: datetime) -> datetime:
        """Return ``moment`` if the desk is open then, else the next opening."""
        day, at = civil_day(moment), local(moment)
        minute = at.hour * 60 + at.minute
        for opens, closes in self.shifts_on(day):
            if minute < opens:
                return at_minute(day, opens)
            if minute < closes:
                return moment
        following = self.nth_working_day_after(day, 1)
        return at_minute(following, self.shifts_on(following)[0][0])

    def add_minutes(self, moment: datetime, minutes: int) -> datetime:
        """Return the instant after ``minutes`` (at least 1) of working time from ``moment``."""
        target = self._position(moment) + minutes
        index = bisect_left(self._minutes, target) - 1
        if index + 1 >= len(self._minutes):
            raise CalendarGapError(
                f"Chưa nạp lịch làm việc năm {self.last_year + 1}.",
                f"no working calendar is loaded for {self.last_year + 1}",
                year=str(self.last_year + 1),
            )
        left = target - self._minutes[index]
        day = date.fromordinal(self._origin + index)
        for opens, closes in self._lay_shifts(day):
            if left <= closes - opens:
                return at_minute(day, opens + left)
            left -= closes - opens
        raise AssertionError("the prefix sums and the shifts disagree")

    def minutes_between(self, start: datetime, end: datetime) -> int:
        """Return the working minutes from ``start`` to ``end``; 0 if ``end <= start``."""
        return max(self._position(end) - self._position(start), 0)

    def _position(self, moment: datetime) -> int:
        at = local(moment)
        minute = at.hour * 60 + at.minute
        worked = sum(max(min(minute, b) - a, 0) for a, b in self.shifts_on(at.date()))
        return self._minutes[at.date().toordinal() - self._origin] + worked


def _check_shifts(shifts: Sequence[Shift]) -> None:
    if any(not 0 <= a < b <= MINUTES_A_DAY for a, b in shifts):
        raise CalendarInvalidError(
            "Giờ làm việc phải nằm trong một ngày và mở trước khi đóng.",
            "working hours must lie within one day and open before they close",
        )
    if any(before[1] > after[0] for before, after in pairwise(shifts)):
        raise CalendarInvalidError(
            "Giờ làm việc chồng lên nhau.", "working hours overlap or are out of order"
        )
