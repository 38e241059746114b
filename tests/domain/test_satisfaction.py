"""Ratings: what may be said, and how answers are counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tthc.domain.satisfaction import Grievance, Rating, RatingInvalidError, Ratings

counted = st.builds(
    lambda satisfied, others, reasons: Ratings(satisfied + others, satisfied, reasons),
    st.integers(0, 50),
    st.integers(0, 50),
    st.dictionaries(st.sampled_from(Grievance), st.integers(1, 50)),
)


def test_reasons_go_with_a_no():
    assert Rating(is_satisfied=False, grievances=frozenset({Grievance.LATE}))
    assert Rating(is_satisfied=False)
    with pytest.raises(RatingInvalidError):
        Rating(is_satisfied=True, grievances=frozenset({Grievance.LATE}))


def test_nobody_asked_is_no_rate():
    assert Ratings().value is None
    assert Ratings(3, 2).value == 2 / 3
    assert Ratings(3, 0).value == 0


@given(counted, counted)
def test_counts_are_pooled(one, other):
    both = one.plus(other)
    assert both == other.plus(one)
    assert (both.rated, both.satisfied) == (
        one.rated + other.rated,
        one.satisfied + other.satisfied,
    )
    assert sum(both.grievances.values()) == sum(one.grievances.values()) + sum(
        other.grievances.values()
    )
    assert both.value is None or 0 <= both.value <= 1
