"""What stops of the clock do to a due date: by hand, and by property."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.domain.calendars import at, official, receipts
from tthc.domain.counting import Stop
from tthc.domain.deadlines import Offices, compute_due, end_stop
from tthc.domain.limits import (
    Counting,
    LimitUnit,
    StopMode,
    TimeLimit,
)
from tthc.domain.moment import civil_day

LV, DAY, HOUR = LimitUnit.WORKING_DAY, LimitUnit.CALENDAR_DAY, LimitUnit.WORKING_HOUR
OFFICIAL = Offices.one(official())


def due(received: str, amount: int, unit: LimitUnit = LV):
    return compute_due(at(received), TimeLimit(amount, unit), OFFICIAL)


def shift(first, stop, limit, offices=OFFICIAL):
    return end_stop(first, stop, limit, offices, mode=StopMode.SHIFT)


def restart(first, stop, limit):
    return end_stop(first, stop, limit, OFFICIAL, mode=StopMode.RESTART)


limits = st.builds(TimeLimit, st.integers(1, 90), st.sampled_from([LV, DAY, HOUR])) | st.builds(
    TimeLimit, st.integers(0, 60), st.just(LV), st.just(Counting.HALF_DAY)
)
minutes = st.integers(0, 40 * 24 * 60)


@given(receipts, limits, minutes, minutes)
def test_a_stop_never_brings_a_due_date_nearer_and_late_stays_late(received, limit, after, lasting):
    first = compute_due(received, limit, OFFICIAL)
    begins = received + timedelta(minutes=after)
    stop = Stop(begins, begins + timedelta(minutes=lasting))
    shifted, restarted = shift(first, stop, limit), restart(first, stop, limit)
    assert shifted.due_at >= first.due_at
    if stop.started_at >= first.overdue_at:
        assert shifted.due_at == restarted.due_at == first.due_at
        assert shifted.ledger[-1].kind == restarted.ledger[-1].kind == "stop_ignored_late"
    else:
        fresh = compute_due(stop.ended_at, limit, OFFICIAL)
        assert restarted.due_at == fresh.due_at
        assert shifted.ledger[-1].kind == "shifted"


@given(receipts, limits, minutes, minutes, minutes)
def test_two_stops_that_follow_each_other_are_one_and_an_empty_one_is_none(
    received, limit, after, one, two
):
    first = compute_due(received, limit, OFFICIAL)
    a = received + timedelta(minutes=after)
    b, c = a + timedelta(minutes=one), a + timedelta(minutes=one + two)
    assert shift(first, Stop(a, a), limit).due_at == first.due_at
    twice = shift(shift(first, Stop(a, b), limit), Stop(b, c), limit)
    if a < first.overdue_at:
        assert twice.due_at == shift(first, Stop(a, c), limit).due_at


@given(receipts, st.integers(1, 60), minutes, minutes)
def test_as_many_working_days_as_it_stood_the_due_day_moves(received, amount, after, lasting):
    limit = TimeLimit(amount, LV)
    first = compute_due(received, limit, OFFICIAL)
    begins = received + timedelta(minutes=after)
    stop = Stop(begins, begins + timedelta(minutes=lasting))
    if begins < first.overdue_at:
        k = official().working_days_between(civil_day(stop.started_at), civil_day(stop.ended_at))
        moved = shift(first, stop, limit)
        days = (civil_day(first.due_at), civil_day(moved.due_at))
        assert official().working_days_between(*days) == k
        assert moved.ledger[-1].facts["by"] == k


def test_a_stop_within_a_day_moves_a_day_limit_by_nothing():
    first = due("2026-03-02 09:00", 5)
    stop = Stop(at("2026-03-04 08:00"), at("2026-03-04 16:00"))
    for unit in (LV, DAY):
        assert shift(first, stop, TimeLimit(5, unit)).due_at == first.due_at


def test_two_short_stops_on_one_day_and_then_one_of_three_days():
    limit, found = TimeLimit(5, LV), due("2026-03-02 09:00", 5)
    short = [("03 08:00", "03 09:00"), ("03 10:00", "03 11:00")]
    for begins, ends in [*short, ("04 09:00", "07 09:00")]:
        found = shift(found, Stop(at(f"2026-03-{begins}"), at(f"2026-03-{ends}")), limit)
    assert found.due_at == at("2026-03-11 17:00")


def test_a_stop_over_tet_moves_by_working_days_only():
    first = due("2026-02-11 09:00", 5)
    assert first.due_at == at("2026-02-25 17:00")
    stop = Stop(at("2026-02-13 10:00"), at("2026-02-24 10:00"))
    assert shift(first, stop, TimeLimit(5, LV)).due_at == at("2026-02-27 17:00")


def test_a_stop_of_hours_moves_hours():
    limit = TimeLimit(8, HOUR)
    first = due("2026-03-02 08:00", 8, HOUR)
    moved = shift(first, Stop(at("2026-03-02 09:00"), at("2026-03-02 14:00")), limit)
    assert official().minutes_between(first.due_at, moved.due_at) == 180


def test_a_stop_of_half_days_moves_half_days():
    limit = TimeLimit(2, LV, Counting.HALF_DAY)
    first = compute_due(at("2026-03-02 09:00"), limit, OFFICIAL)
    assert first.due_at == at("2026-03-03 11:30")
    moved = shift(first, Stop(at("2026-03-02 10:00"), at("2026-03-03 08:00")), limit)
    assert moved.due_at == at("2026-03-04 11:30")


def test_calendar_days_move_from_the_day_before_it_rolled():
    limit = TimeLimit(5, DAY)
    first = compute_due(at("2026-03-02 09:00"), limit, OFFICIAL)
    assert first.due_at == at("2026-03-09 17:00")
    moved = shift(first, Stop(at("2026-03-03 09:00"), at("2026-03-05 09:00")), limit)
    assert moved.due_at == at("2026-03-09 17:00")


def test_restart_counts_the_whole_limit_from_the_answer():
    limit = TimeLimit(3, LV)
    first = compute_due(at("2026-03-02 09:00"), limit, OFFICIAL)
    again = restart(first, Stop(at("2026-03-03 09:00"), at("2026-03-10 09:00")), limit)
    assert again.due_at == at("2026-03-13 17:00")
    kinds = [step.kind for step in again.ledger]
    assert kinds == ["received", "rule", "counting_starts", "counted", "restarted", *kinds[2:4]]
