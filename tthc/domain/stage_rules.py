"""The stages that decisions lay down for procedures, and what none of them may say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tthc.domain.errors import RuleError
from tthc.domain.limits import Counting, LimitUnit, TimeLimit


class StagesInvalidError(RuleError):
    """The stages of a procedure leave a number out, or last longer than the procedure may."""

    code = "stages_invalid"


@dataclass(frozen=True, slots=True)
class StageRule:
    """One stage of a case of a procedure version, as the decision on its process lays it down.

    Attributes:
        number: 1 and up without gaps; 0 gives the desk a limit of its own.
        unit_code: whose turn it is; None: the resolving unit's (the receiving one's at the desk).
        agency: who it is within the area of that unit, if not the unit itself; else empty.
    """

    case_code: str
    number: int
    name: str
    unit_code: str | None
    agency: str
    limit: TimeLimit
    is_confirmed: bool


def check_stages(key: str, rules: Sequence[StageRule], limits: Iterable[TimeLimit]) -> None:
    """Refuse stages that are not numbered from 1 without gaps, or surely take too long.

    ``limits`` are what the case is promised, by channel and area. Amounts of one unit add up;
    a working day lasts at least a calendar day. ``key`` names the procedure and case.

    Raises:
        StagesInvalidError: names the key.
    """
    numbers = sorted(rule.number for rule in rules if rule.number)
    if not numbers or numbers != list(range(1, len(numbers) + 1)):
        raise StagesInvalidError(
            f"{key}: các bước phải đánh số liên tục từ 1.",
            f"{key}: stages must be numbered from 1 without gaps",
            key=key,
        )
    for limit in limits:
        if _least(rules, limit.unit) > limit.amount and limit.counting is Counting.STANDARD:
            raise StagesInvalidError(
                f"{key}: tổng thời hạn các bước vượt thời hạn giải quyết.",
                f"{key}: the stages together exceed the time limit",
                key=key,
            )


def _least(rules: Iterable[StageRule], unit: LimitUnit) -> int:
    """Return what the stages take at least, in ``unit``."""
    counted = {unit, LimitUnit.WORKING_DAY} if unit is LimitUnit.CALENDAR_DAY else {unit}
    counted -= {LimitUnit.NONE}
    return sum(rule.limit.amount for rule in rules if rule.limit.unit in counted)
