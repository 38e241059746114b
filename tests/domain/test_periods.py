"""A stretch of days is cut into periods that touch and leave nothing out."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tthc.domain.periods import Step, cut

D = date
days = st.dates(D(2020, 1, 1), D(2029, 12, 31))


@pytest.mark.parametrize(
    ("step", "count", "second"),
    [
        (Step.MONTH, 12, D(2026, 2, 1)),
        (Step.QUARTER, 4, D(2026, 4, 1)),
        (Step.HALF, 2, D(2026, 7, 1)),
        (Step.NINE_MONTHS, 2, D(2026, 10, 1)),
        (Step.YEAR, 1, None),
        (Step.WHOLE, 1, None),
    ],
)
def test_a_year_is_cut_as_the_word_says(step, count, second):
    found = list(cut(D(2026, 1, 1), D(2027, 1, 1), step))
    assert len(found) == count
    if second:
        assert found[1][0] == second


def test_quarters_may_begin_on_the_fifteenth_and_months_on_a_day_that_not_all_have():
    quarters = list(cut(D(2025, 12, 15), D(2026, 6, 15), Step.QUARTER))
    assert quarters == [(D(2025, 12, 15), D(2026, 3, 15)), (D(2026, 3, 15), D(2026, 6, 15))]
    months = list(cut(D(2026, 1, 31), D(2026, 4, 10), Step.MONTH))
    assert [ends for _, ends in months] == [D(2026, 2, 28), D(2026, 3, 31), D(2026, 4, 10)]


@given(days, days, st.sampled_from(list(Step)))
def test_the_periods_touch_and_cover_the_stretch(since, until, step):
    found = list(cut(since, until, step))
    assert bool(found) is (since < until)
    if found:
        assert (found[0][0], found[-1][1]) == (since, until)
        assert all(before[1] == after[0] for before, after in pairwise(found))
        assert all(begins < ends for begins, ends in found)
