"""Who hears in the place of those who are away."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tthc.domain.absences import LONGEST, AbsenceRefusedError, check_days, who_hears

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("away", "heard"),
    [
        ({}, {1, 2}),
        ({1: 3}, {2, 3}),
        ({1: None}, {2}),
        ({1: 2}, {2}),
        ({1: 3, 3: 4}, {2, 4}),
        ({1: 3, 3: None}, {2}),
        ({1: 3, 3: 1}, {2}),
        ({1: 2, 2: 1}, set()),
        ({9: 1}, {1, 2}),
    ],
)
def test_a_deputy_hears_and_a_deputys_deputy(away, heard):
    assert who_hears({1, 2}, away) == heard


people = st.integers(1, 6)


@given(st.sets(people), st.dictionaries(people, st.none() | people))
def test_whoever_hears_is_there(meant, away):
    heard = who_hears(meant, away)
    assert not heard & away.keys()
    assert meant - away.keys() <= heard


@pytest.mark.parametrize(
    ("since", "until", "rule"),
    [
        (TODAY, TODAY, "empty"),
        (TODAY + timedelta(2), TODAY + timedelta(1), "empty"),
        (TODAY - timedelta(9), TODAY, "over"),
        (TODAY, TODAY + LONGEST + timedelta(1), "too_long"),
    ],
)
def test_days_that_cannot_be_are_refused(since, until, rule):
    with pytest.raises(AbsenceRefusedError) as refused:
        check_days(since, until, today=TODAY)
    assert refused.value.details["rule"] == rule


def test_an_absence_may_have_begun_and_last_a_year():
    check_days(TODAY - timedelta(3), TODAY + timedelta(1), today=TODAY)
    check_days(TODAY, TODAY + LONGEST, today=TODAY)
