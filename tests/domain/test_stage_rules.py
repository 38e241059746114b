"""What no decision on the stages of a procedure may say."""

from __future__ import annotations

import pytest

from tests.domain.test_stages import rule
from tthc.domain.limits import Counting, LimitUnit, TimeLimit
from tthc.domain.stage_rules import StagesInvalidError, check_stages

DAYS, HOURS, CALENDAR = LimitUnit.WORKING_DAY, LimitUnit.WORKING_HOUR, LimitUnit.CALENDAR_DAY
NO_LIMIT = LimitUnit.NONE
IN_DAY = TimeLimit(0, DAYS, Counting.IN_DAY)
HALF_DAYS = TimeLimit(1, DAYS, Counting.HALF_DAY)


@pytest.mark.parametrize("numbers", [(), (0,), (2,), (1, 3), (1, 1), (0, 2)])
def test_numbers_with_a_gap_are_refused(numbers):
    with pytest.raises(StagesInvalidError) as refused:
        check_stages("2.000986 default", [rule(n) for n in numbers], [])
    assert refused.value.details == {"key": "2.000986 default"}


@pytest.mark.parametrize(
    ("amounts", "limit", "fits"),
    [
        ([(2, DAYS), (3, DAYS)], TimeLimit(5, DAYS), True),
        ([(2, DAYS), (4, DAYS)], TimeLimit(5, DAYS), False),
        ([(2, DAYS), (4, DAYS)], TimeLimit(5, CALENDAR), False),  # at least six days
        ([(2, DAYS), (3, CALENDAR)], TimeLimit(4, CALENDAR), False),
        ([(2, DAYS), (9, CALENDAR)], TimeLimit(5, DAYS), True),  # nine days may be two worked ones
        ([(4, HOURS), (5, HOURS)], TimeLimit(8, HOURS), False),
        ([(9, DAYS)], TimeLimit(8, HOURS), True),  # another unit: nothing is certain
        ([(9, DAYS)], IN_DAY, True),
        ([(9, DAYS)], HALF_DAYS, True),
        ([(9, DAYS)], TimeLimit(0, NO_LIMIT), True),
        ([(0, NO_LIMIT), (5, DAYS)], TimeLimit(5, DAYS), True),
    ],
)
def test_stages_that_surely_take_longer_than_the_case_may_are_refused(amounts, limit, fits):
    rules = [rule(n, amount, unit) for n, (amount, unit) in enumerate(amounts, 1)]
    if fits:
        check_stages("key", rules, [limit])
    else:
        with pytest.raises(StagesInvalidError):
            check_stages("key", rules, [TimeLimit(30, DAYS), limit])


def test_the_desks_own_limit_counts_with_the_others():
    rules = [rule(0, 1), rule(1, 5)]
    with pytest.raises(StagesInvalidError):
        check_stages("key", rules, [TimeLimit(5, DAYS)])
