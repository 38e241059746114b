"""Published time limits: the unit, the amount, and the rule by which they are counted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tthc.domain.errors import RuleError

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
    """Which counting rule the procedure has.

    HALF_DAY: the amount is a number of half working days, counted shift by shift; 0 is the end
    of the shift of receipt. So two days promised in the morning end at noon two days later.
    """

    STANDARD = "standard"
    IN_DAY = "in_day_15h"
    HALF_DAY = "half_day"


class StopMode(StrEnum):
    """What the end of a supplement does to the clock (both are in legal use)."""

    SHIFT = "shift"
    RESTART = "restart"


class Granularity(StrEnum):
    """How a due instant is compared: by civil day, or to the instant (limits in hours)."""

    DAY = "day"
    INSTANT = "instant"


class LimitInvalidError(RuleError):
    """A limit is zero, negative, out of range, or its counting rule does not fit its unit."""

    code = "limit_invalid"


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """A published limit, for example 15 working days, with its counting rule.

    ``amount`` is at least 1; from 0 for half-days; ignored for an in-day limit and for unit
    ``NONE`` (no due date).

    Raises:
        LimitInvalidError: the amount does not fit the unit, or the counting rule does not.
    """

    amount: int
    unit: LimitUnit
    counting: Counting = Counting.STANDARD
    stop_mode: StopMode = StopMode.RESTART

    def __post_init__(self) -> None:
        """Refuse what no decision can mean."""
        if self.counting is not Counting.STANDARD and self.unit is not LimitUnit.WORKING_DAY:
            raise LimitInvalidError(
                "Cách tính trong ngày hoặc nửa ngày chỉ dùng cho ngày làm việc.",
                "in-day and half-day counting are for working days only",
                unit=self.unit,
                counting=self.counting,
            )
        longest = LONGEST_HOURS if self.unit is LimitUnit.WORKING_HOUR else LONGEST_DAYS
        least = 0 if self.counting is Counting.HALF_DAY else 1
        free = self.counting is Counting.IN_DAY or self.unit is LimitUnit.NONE
        if not free and not least <= self.amount <= longest:
            raise LimitInvalidError(
                f"Thời hạn phải từ {least} đến {longest}, không phải {self.amount}.",
                f"a limit must be from {least} to {longest}, not {self.amount}",
                amount=str(self.amount),
                unit=self.unit,
            )

    @property
    def granularity(self) -> Granularity:
        """Hours are compared to the instant, days by the civil day (Civil Code 2015, Art. 147)."""
        hours = self.unit is LimitUnit.WORKING_HOUR
        return Granularity.INSTANT if hours else Granularity.DAY

    @property
    def has_due_date(self) -> bool:
        """Say whether a dossier under this limit gets a due date at all."""
        return self.unit is not LimitUnit.NONE
