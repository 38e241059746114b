"""What a working calendar is made of: the hours of an ordinary week, and the days that differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import pairwise

from tthc.domain.errors import RuleError

MONDAY = 1
MINUTES_A_DAY = 24 * 60

Shift = tuple[int, int]
"""Opening and closing, in minutes after local midnight."""

STATUTORY_DAYS_OFF = 11
"""Days off that every year has. Source: Bộ luật Lao động 2019, Art. 112."""


class CalendarInvalidError(RuleError):
    """The rows or hours cannot make a calendar."""

    code = "calendar_invalid"


class DayKind(StrEnum):
    """What a calendar row does to its day."""

    OFF = "NGHI"
    MAKE_UP = "LAM_BU"


class HoursKind(StrEnum):
    """What a row of desk hours is for: working, or only taking dossiers in."""

    WORKED = "worked"
    RECEIVED = "received"


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """One row of the official calendar: a day off, or a weekend day worked in its place."""

    day: date
    kind: DayKind
    name: str
    legal_basis: str = ""
    is_provisional: bool = False


@dataclass(frozen=True, slots=True)
class Week:
    """The hours of an ordinary week in ``[since, until)``; summer and winter may differ.

    Attributes:
        worked: shifts of the ISO weekdays that count as working days.
        received: shifts of weekdays on which the desk takes dossiers in and nothing more, such
            as Saturday morning: receipt counts at once, but the day is no working day.

    Raises:
        CalendarInvalidError: shifts overlap, leave the day or close before they open, a weekday
            is both worked and only received on, or the week ends before it begins.
    """

    worked: Mapping[int, Sequence[Shift]]
    received: Mapping[int, Sequence[Shift]] = field(default_factory=dict)
    since: date = date.min
    until: date | None = None

    def __post_init__(self) -> None:
        """Refuse hours that no desk can keep."""
        for shifts in (*self.worked.values(), *self.received.values()):
            _check_shifts(shifts)
        if set(self.worked) & set(self.received):
            raise CalendarInvalidError(
                "Một thứ trong tuần không thể vừa là ngày làm việc vừa chỉ tiếp nhận.",
                "a weekday is either worked or only received on",
            )
        if self.until is not None and self.until <= self.since:
            raise CalendarInvalidError(
                "Giờ làm việc hết hiệu lực trước khi có hiệu lực.",
                "the hours end before they begin",
            )

    def is_valid_on(self, day: date) -> bool:
        """Say whether these are the hours of ``day``."""
        return self.since <= day and (self.until is None or day < self.until)

    @property
    def on_make_up(self) -> Sequence[Shift]:
        """The shifts of a weekend day worked in place of another: Monday's, or the first day's."""
        return self.worked.get(MONDAY) or next(iter(self.worked.values()), ())


def check_weeks(weeks: Sequence[Week]) -> None:
    """Refuse weeks out of order or valid on the same day.

    Raises:
        CalendarInvalidError: names the day on which two are valid.
    """
    for before, after in pairwise(weeks):
        if before.until is None or after.since < before.until:
            raise CalendarInvalidError(
                f"Hai khung giờ làm việc cùng có hiệu lực từ {after.since:%d/%m/%Y}.",
                f"two sets of hours are valid from {after.since}",
            )


def covered_years(days: Sequence[SpecialDay]) -> tuple[int, int] | None:
    """Return the first and the last of the years in a row that have all statutory days off.

    A year that lacks some is not covered, nor is any after it: half a list would be a guess.
    """
    counts: dict[int, int] = {}
    for row in days:
        if row.kind is DayKind.OFF:
            counts[row.day.year] = counts.get(row.day.year, 0) + 1
    whole = sorted(year for year, count in counts.items() if count >= STATUTORY_DAYS_OFF)
    if not whole:
        return None
    last = whole[0]
    while last + 1 in whole:
        last += 1
    return whole[0], last


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
