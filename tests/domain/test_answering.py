"""Which rungs an answer keeps quiet, how long one may snooze, and how answers are summed up."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.calendars import official
from tests.make import ROOT
from tthc.domain.alert_quality import AlertCounts, nearest_rank
from tthc.domain.answering import SnoozeRefusedError, check_snooze, quieted_by
from tthc.domain.ladder import AlertKind, Rung
from tthc.domain.recipients import height

FRIDAY = datetime(2026, 3, 6, 3, 0, tzinfo=UTC)


def the_ladder():
    with (ROOT / "config" / "reference" / "ladder.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [
        Rung(row["rung"], AlertKind.DUE, int(row["amount"]), tuple(row["audience"].split("|")))
        for row in rows
        if row["kind"] == "due"
    ]


@pytest.mark.parametrize(
    ("rung", "quiet_after"),
    [
        ("due_today", {"due_in_2", "due_in_1", "due_today"} | {"late_1", "late_3"}),
        ("late_1", {"late_1", "late_3"}),
        ("late_3", {"late_1", "late_3"}),
        ("late_5", set()),
        ("late_10", set()),
    ],
)
def test_a_rung_is_quiet_after_those_that_reach_as_high(rung, quiet_after):
    ladder = {step.code: step for step in the_ladder()}
    above = {"late_5", "late_10"} if rung != "late_10" else {"late_10"}
    assert quieted_by(ladder.values(), ladder[rung]) == quiet_after | above


def test_an_audience_reaches_as_high_as_its_highest_and_a_strange_word_is_the_province():
    words = ["reception", "officer", "manager", "chair", "province"]
    assert [height((word,)) for word in words] == [0, 1, 2, 3, 4]
    assert height(("manager", "officer")) == 2
    assert height(("ombudsman",)) == height(("province",))
    assert height(()) == -1


@pytest.mark.parametrize("day", [date(2026, 3, 7), date(2026, 3, 9), date(2026, 3, 13)])
def test_a_day_within_five_working_days_is_accepted(day):
    check_snooze(day, official(), now=FRIDAY)


@pytest.mark.parametrize(
    ("day", "rule"),
    [
        (date(2026, 3, 5), "not_ahead"),
        (date(2026, 3, 6), "not_ahead"),
        (date(2026, 3, 14), "too_far"),
        (date(2999, 1, 1), "too_far"),
    ],
)
def test_another_day_is_refused(day, rule):
    with pytest.raises(SnoozeRefusedError) as refused:
        check_snooze(day, official(), now=FRIDAY)
    assert (refused.value.details["rule"], refused.value.details["field"]) == (rule, "until_on")


def test_ranks_by_hand():
    assert nearest_rank([], 50) is None
    assert nearest_rank([7], 90) == 7
    assert nearest_rank([40, 10, 30, 20], 50) == 20
    assert nearest_rank(list(range(1, 11)), 90) == 9
    counts = AlertCounts(3, 3, 3, 0, 0, 0, [5, 1, 3])
    assert (counts.median, counts.p90) == (3, 5)


@given(st.lists(st.integers(0, 10_000), min_size=1), st.integers(1, 100))
def test_a_rank_is_the_smallest_value_that_enough_do_not_exceed(values, percent):
    found = nearest_rank(values, percent)
    assert found in values

    def covers(value):
        return 100 * sum(other <= value for other in values) >= percent * len(values)

    assert covers(found)
    assert not any(covers(value) for value in values if value < found)
