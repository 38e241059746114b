"""How many late ones a target still allows."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tthc.domain.targets import late_allowance


@pytest.mark.parametrize(
    ("in_time", "finished", "allowed"), [(95, 95, 5), (95, 100, 0), (94, 100, -2), (0, 0, 0)]
)
def test_the_allowance_by_hand(in_time, finished, allowed):
    assert late_allowance(in_time, finished, percent=95) == allowed


@given(st.integers(1, 10**6), st.integers(0, 10**6), st.integers(1, 100))
def test_one_late_dossier_more_than_allowed_is_below_the_target(in_time, late, percent):
    finished = in_time + late
    allowed = late_allowance(in_time, finished, percent=percent)
    if finished + allowed > 0:
        assert Fraction(in_time, finished + allowed) >= Fraction(percent, 100)
    assert Fraction(in_time, finished + allowed + 1) < Fraction(percent, 100)
