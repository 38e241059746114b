"""Late minutes over stages: worked out by hand, and what holds whatever the life was."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.domain.calendars import at, official
from tthc.domain.attribution import (
    Promise,
    Worked,
    attribute,
    is_behind,
    late_minutes,
    overrun,
    running_minutes,
    split,
    standstills,
    used_minutes,
)
from tthc.domain.counting import Stop
from tthc.domain.ledger import overdue_from
from tthc.domain.limits import Granularity


def stage(start, end, due=None):
    due_at = due and at(f"2026-03-{due}")
    late_from = due_at and overdue_from(due_at, Granularity.DAY)
    return Worked(at(f"2026-03-{start}"), at(f"2026-03-{end}"), due_at, late_from, official())


def stop(start, end):
    return Stop(at(f"2026-03-{start}"), at(f"2026-03-{end}"))


def promised(due, judged):
    due_at = at(f"2026-03-{due}")
    late_from = overdue_from(due_at, Granularity.DAY)
    return Promise(due_at, late_from, at(f"2026-03-{judged}"), official())


PROMISE = promised("06 17:00", "10 10:30")
"""Due on Friday 6 March, ended on Tuesday: Monday's 450 minutes and 07:30-10:30, 630 in all."""


def test_late_minutes_go_to_the_stages_that_overran_in_proportion():
    # Desk: due Mon 17:00, until Wed 09:00: Tue 450 + Wed 90 = 540 beyond.
    # First: due Thu 17:00, until Fri 16:00: 240 + 150 = 390 beyond.
    # Second: due Mon 17:00, until Tue 10:30: 180 beyond. Together 1,110 for 630 late minutes.
    # 630 x 540/1110 = 306.49, x 390/1110 = 221.35, x 180/1110 = 102.16: the first is rounded up.
    stages = [
        stage("02 08:00", "04 09:00", "02 17:00"),
        stage("04 09:00", "06 16:00", "05 17:00"),
        stage("06 16:00", "10 10:30", "09 17:00"),
    ]
    assert late_minutes(PROMISE, []) == 630
    assert [overrun(s, []) for s in stages] == [540, 390, 180]
    assert attribute(PROMISE, stages, []) == [307, 221, 102]
    # The first stage kept its date: all is shared by the others, 540 : 180.
    kept = replace(stages[1], due_at=at("2026-03-06 17:00"), overdue_at=at("2026-03-07 00:00"))
    parts = attribute(PROMISE, [stages[0], kept, stages[2]], [])
    assert parts == [473, 0, 157]  # 472.5 and 157.5: equal remainders, the earlier one


def test_without_limits_late_minutes_are_whose_time_they_fell_in():
    # The second stage began on Monday at 09:00: 90 of the late minutes were the first one's.
    stages = [stage("02 08:00", "09 09:00"), stage("09 09:00", "10 10:30")]
    assert attribute(PROMISE, stages, []) == [90, 540]


def test_what_no_overrun_explains_is_whose_time_it_fell_in():
    # The last stage had until Tuesday 09:00 is late by day only from Wednesday: it kept its date.
    # The first one overran by Friday 07:30-09:30 = 120; 510 more fell in the last one's time.
    stages = [
        stage("02 08:00", "06 09:30", "05 17:00"),
        stage("06 09:30", "10 10:30", "10 09:00"),
    ]
    assert attribute(PROMISE, stages, []) == [120, 510]


def test_time_in_which_the_clock_stood_is_nobodys():
    stages = [
        stage("02 08:00", "05 09:00", "04 17:00"),  # beyond: Thursday 07:30-09:00 = 90
        stage("05 09:00", "10 10:30", "06 17:00"),  # beyond: 630, of which Monday stood
    ]
    stood = [stop("09 07:00", "10 07:00")]
    assert late_minutes(PROMISE, stood) == 180
    assert [used_minutes(s, stood) for s in stages] == [1_410, 990]
    assert attribute(PROMISE, stages, stood) == [60, 120]  # 180 shared 90 : 180


def test_a_dossier_that_kept_its_promise_has_no_late_minutes():
    stages = [stage("02 08:00", "05 09:00", "02 17:00")]
    evening = promised("05 17:00", "05 21:00")
    assert attribute(evening, stages, []) == [0]
    assert overrun(stages[0], []) > 0


def test_a_stage_that_ends_while_the_clock_stands_is_judged_when_it_stopped():
    worked = stage("02 08:00", "09 09:00", "05 17:00")
    assert is_behind(worked, [])
    assert not is_behind(worked, [stop("05 16:00", "09 09:00")])
    assert is_behind(worked, [stop("06 08:00", "09 09:00")])
    assert is_behind(worked, [stop("05 16:00", "06 09:00")])
    assert not is_behind(replace(worked, due_at=None, overdue_at=None), [])


def test_stops_that_overlap_or_touch_are_one_standstill():
    stops = [
        stop("04 08:00", "05 08:00"),
        stop("02 08:00", "04 08:00"),
        stop("02 09:00", "03 08:00"),
    ]
    assert standstills([*stops, stop("09 08:00", "09 08:30")]) == [
        stop("02 08:00", "05 08:00"),
        stop("09 08:00", "09 08:30"),
    ]


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (10, [1, 1, 1], [4, 3, 3]),
        (7, [0, 0], [0, 7]),
        (0, [3, 4], [0, 0]),
        (5, [0, 9, 1], [0, 5, 0]),  # 4.5 and 0.5: the earlier one
        (0, [], []),
    ],
)
def test_whole_minutes_are_split_by_largest_remainder(total, weights, parts):
    assert split(total, weights) == parts


BEGIN = at("2026-03-02 08:00")
DAYS = 24 * 60
moments = st.integers(1, 20 * DAYS)


@st.composite
def lives(draw):
    """Stages without a gap from receipt to the end, a promise, and stops anywhere."""
    cuts = sorted(draw(st.lists(moments, min_size=1, max_size=5)))
    marks = [BEGIN, *(BEGIN + timedelta(minutes=m) for m in cuts)]
    stages = []
    for start, end in pairwise(marks):
        budget = draw(st.none() | st.integers(0, 6 * DAYS))
        due = None if budget is None else start + timedelta(minutes=budget)
        stages.append(Worked(start, end, due, due, official()))
    due_at = BEGIN + timedelta(minutes=draw(moments))
    spans = draw(st.lists(st.tuples(moments, moments), max_size=3))
    stops = [Stop(*(BEGIN + timedelta(minutes=m) for m in sorted(span))) for span in spans]
    return Promise(due_at, due_at, marks[-1], official()), stages, standstills(stops)


@given(lives())
def test_parts_are_never_negative_and_add_up_to_the_whole(life):
    promise, stages, stood = life
    parts = attribute(promise, stages, stood)
    assert min(parts) >= 0
    assert sum(parts) == late_minutes(promise, stood)
    if promise.judged_at < promise.overdue_at:
        assert not any(parts)


@given(lives())
def test_who_kept_every_date_gets_nothing_while_overruns_explain_all(life):
    promise, stages, stood = life
    beyond = [overrun(stage, stood) for stage in stages]
    assume(sum(beyond) >= late_minutes(promise, stood))
    for part, over in zip(attribute(promise, stages, stood), beyond, strict=True):
        assert part <= over


def between(start, end, share):
    return start + (end - start) * share


shares = st.integers(0, 999).map(lambda n: n / 1_000)


@given(lives(), st.integers(0, 4), st.tuples(shares, shares, shares, shares))
def test_a_stop_of_one_stage_never_adds_to_another(life, chosen, drawn):
    """The stop comes when stage and dossier are late already, so that it moves no date.

    Whole minutes let a part grow by the one minute of rounding.
    """
    promise, stages, _ = life
    late_from = between(BEGIN, promise.judged_at, drawn[0])
    promise = replace(promise, due_at=late_from, overdue_at=late_from)
    late = [n for n, stage in enumerate(stages) if stage.ended_at > late_from]
    n = late[chosen % len(late)]
    due = between(stages[n].started_at, stages[n].ended_at, drawn[1])
    stages[n] = own = replace(stages[n], due_at=due, overdue_at=due)
    start = between(max(due, late_from), own.ended_at, drawn[2])
    stop = Stop(start, between(start, own.ended_at, drawn[3]))
    before, after = attribute(promise, stages, []), attribute(promise, stages, [stop])
    for stage, old, new in zip(stages, before, after, strict=True):
        assert new <= old + (stage is not own)


@given(lives(), st.integers(0, 4), shares)
def test_cutting_a_stage_in_two_leaves_its_agency_the_same_where_nothing_overran(life, n, share):
    promise, stages, stood = life
    stages = [replace(stage, due_at=None, overdue_at=None) for stage in stages]
    n %= len(stages)
    own = stages[n]
    middle = between(own.started_at, own.ended_at, share)
    halves = [replace(own, ended_at=middle), replace(own, started_at=middle)]
    whole = attribute(promise, stages, stood)
    cut = attribute(promise, [*stages[:n], *halves, *stages[n + 1 :]], stood)
    assert cut[n] + cut[n + 1] == whole[n]
    assert cut[:n] + cut[n + 2 :] == whole[:n] + whole[n + 1 :]


@given(lives())
def test_used_minutes_and_stood_ones_fill_the_time_worked(life):
    promise, stages, stood = life
    used = sum(used_minutes(stage, stood) for stage in stages)
    end = promise.judged_at
    still = running_minutes(BEGIN, end, official(), []) - running_minutes(
        BEGIN, end, official(), stood
    )
    assert used + still == official().minutes_between(BEGIN, end)
