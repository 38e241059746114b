"""Due dates: the official examples, the rules' properties, and each derivation replayed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.calendars import at, official
from tthc.domain.deadlines import (
    Counting,
    Granularity,
    LimitInvalidError,
    LimitUnit,
    Stop,
    TimeLimit,
    compute_due,
    extend_due,
    given_due,
    restart_due,
    shift_due,
)
from tthc.domain.errors import CalendarGapError, RuleError
from tthc.domain.moment import civil_day, start_of_day

LV, DAY, HOUR = LimitUnit.WORKING_DAY, LimitUnit.CALENDAR_DAY, LimitUnit.WORKING_HOUR
IN_DAY = TimeLimit(1, LV, Counting.IN_DAY)


def due(received: str, amount: int, unit: LimitUnit = LV):
    return compute_due(at(received), TimeLimit(amount, unit), official())


@pytest.mark.parametrize(
    ("received", "amount", "unit", "expected"),
    [
        pytest.param("2025-12-31 09:00", 2, LV, "2026-01-06", id="2 January swapped"),
        pytest.param("2026-01-09 09:00", 1, LV, "2026-01-10", id="make-up Saturday"),
        pytest.param("2026-02-13 09:00", 3, LV, "2026-02-25", id="Tet"),
        pytest.param("2026-04-24 09:00", 1, LV, "2026-04-28", id="Gio To in lieu"),
        pytest.param("2026-04-20 09:00", 10, DAY, "2026-05-04", id="30/4, 1/5 and a weekend"),
        pytest.param("2026-08-21 09:00", 1, LV, "2026-08-22", id="make-up Saturday in August"),
        pytest.param("2026-08-27 09:00", 2, LV, "2026-09-03", id="31/8 swapped, 2/9 two days"),
        pytest.param("2026-11-09 09:00", 15, DAY, "2026-11-25", id="lands on 24/11"),
    ],
)
def test_the_known_examples(received, amount, unit, expected):
    found = due(received, amount, unit)
    assert civil_day(found.due_at) == date.fromisoformat(expected)
    assert found.due_at == at(f"{expected} 17:00")
    assert found.overdue_at == start_of_day(date.fromisoformat(expected) + timedelta(days=1))


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("2026-11-23 14:50", "2026-11-23"),
        ("2026-11-23 15:00", "2026-11-23"),
        ("2026-11-23 15:01", "2026-11-25"),
        ("2026-11-23 18:00", "2026-11-25"),
        ("2026-11-22 09:00", "2026-11-23"),
    ],
)
def test_in_day_procedures_are_answered_the_same_day_until_15_hours(received, expected):
    found = compute_due(at(received), IN_DAY, official())
    assert found.due_at == at(f"{expected} 17:00")


@pytest.mark.parametrize(
    ("received", "hours", "expected"),
    [
        ("2026-03-02 08:00", 2, "2026-03-02 10:00"),
        ("2026-03-02 11:00", 2, "2026-03-02 15:00"),
        ("2026-03-02 16:30", 8, "2026-03-03 17:00"),
        ("2026-03-06 16:00", 2, "2026-03-09 08:30"),
        ("2026-03-07 10:00", 1, "2026-03-09 08:30"),
    ],
)
def test_hours_run_only_while_the_desk_is_open(received, hours, expected):
    found = due(received, hours, HOUR)
    assert found.due_at == at(expected)
    assert found.granularity is Granularity.INSTANT
    assert found.overdue_at - found.due_at == timedelta(microseconds=1)


def test_a_procedure_without_a_limit_has_no_due_date():
    assert compute_due(at("2026-03-02 09:00"), TimeLimit(0, LimitUnit.NONE), official()) is None


@pytest.mark.parametrize(("amount", "unit"), [(0, LV), (-1, DAY), (3_651, LV), (29_201, HOUR)])
def test_a_limit_no_decision_can_mean_is_refused(amount, unit):
    with pytest.raises(LimitInvalidError):
        TimeLimit(amount, unit)


def test_a_limit_that_reaches_a_year_without_a_calendar_is_refused():
    with pytest.raises(CalendarGapError):
        due("2027-12-30 09:00", 5)


receipts = st.datetimes(datetime(2025, 1, 1), datetime(2026, 6, 1)).map(  # noqa: DTZ001
    lambda naive: at(naive.isoformat())
)
limits = st.builds(TimeLimit, st.integers(1, 90), st.sampled_from([LV, DAY, HOUR]))


@given(receipts, limits)
def test_a_longer_limit_or_a_later_receipt_is_never_due_earlier(received, limit):
    first = compute_due(received, limit, official())
    longer = compute_due(received, TimeLimit(limit.amount + 1, limit.unit), official())
    later = compute_due(received + timedelta(hours=5), limit, official())
    assert received <= first.due_at <= min(longer.due_at, later.due_at)


@given(receipts, limits)
def test_a_due_date_is_a_working_moment_and_its_derivation_ends_there(received, limit):
    found = compute_due(received, limit, official())
    assert official().is_working_day(civil_day(found.due_at))
    assert [step.kind for step in found.ledger] == ["received", "counting_starts", "counted"]
    assert found.ledger[0].at == received
    assert found.ledger[-1].at == found.due_at


@given(receipts, limits, st.integers(0, 9 * 24 * 60), st.integers(0, 60 * 24 * 60))
def test_a_stop_never_brings_a_due_date_nearer_and_late_stays_late(received, limit, after, minutes):
    first = compute_due(received, limit, official())
    stop = Stop(received + timedelta(minutes=after), received + timedelta(minutes=after + minutes))
    shifted = shift_due(first, stop, limit.unit, official())
    restarted = restart_due(first, stop, limit, official())
    assert shifted.due_at >= first.due_at
    if stop.started_at >= first.overdue_at:
        assert shifted.due_at == restarted.due_at == first.due_at
        assert shifted.ledger[-1].kind == restarted.ledger[-1].kind == "stop_ignored_late"
    else:
        fresh = compute_due(stop.ended_at, limit, official())
        assert restarted.due_at == fresh.due_at
        assert shifted.ledger[-1].kind == "shifted"


def test_a_stop_within_a_day_moves_a_day_limit_by_nothing():
    first = due("2026-03-02 09:00", 5)
    stop = Stop(at("2026-03-04 08:00"), at("2026-03-04 16:00"))
    assert shift_due(first, stop, LV, official()).due_at == first.due_at
    assert shift_due(first, stop, DAY, official()).due_at == first.due_at


def test_a_stop_over_tet_moves_by_working_days_only():
    first = due("2026-02-11 09:00", 5)
    assert first.due_at == at("2026-02-25 17:00")
    stop = Stop(at("2026-02-13 10:00"), at("2026-02-24 10:00"))
    assert shift_due(first, stop, LV, official()).due_at == at("2026-02-27 17:00")


def test_a_stop_of_hours_moves_hours():
    first = due("2026-03-02 08:00", 8, HOUR)
    stop = Stop(at("2026-03-02 09:00"), at("2026-03-02 14:00"))
    moved = shift_due(first, stop, HOUR, official())
    assert official().minutes_between(first.due_at, moved.due_at) == 180


def test_restart_counts_the_whole_limit_from_the_answer():
    limit = TimeLimit(3, LV)
    first = compute_due(at("2026-03-02 09:00"), limit, official())
    stop = Stop(at("2026-03-03 09:00"), at("2026-03-10 09:00"))
    again = restart_due(first, stop, limit, official())
    assert again.due_at == at("2026-03-13 17:00")
    kinds = [step.kind for step in again.ledger]
    assert kinds == ["received", "counting_starts", "counted", "restarted", *kinds[1:3]]


def test_an_extension_ends_with_the_new_day():
    moved = extend_due(
        due("2026-03-02 09:00", 3), date(2026, 3, 9), official(), at=at("2026-03-03")
    )
    assert moved.due_at == at("2026-03-09 17:00")
    assert moved.ledger[-1].kind == "extended"


@pytest.mark.parametrize("day", [date(2026, 3, 8), date(2026, 3, 5), date(2026, 3, 4)])
def test_an_extension_to_a_day_off_or_backwards_is_refused(day):
    with pytest.raises(RuleError):
        extend_due(due("2026-03-02 09:00", 3), day, official(), at=at("2026-03-03"))


def test_a_due_date_taken_over_is_compared_by_day_and_says_so():
    taken = given_due(at("2011-06-01 14:42"))
    assert taken.overdue_at == at("2011-06-02 00:00")
    assert [step.kind for step in taken.ledger] == ["taken_over"]


def test_a_restart_without_a_limit_keeps_the_date_taken_over():
    taken = given_due(at("2026-06-01 14:42"))
    stop = Stop(at("2026-05-04 09:00"), at("2026-05-08 09:00"))
    assert restart_due(taken, stop, TimeLimit(0, LimitUnit.NONE), official()) is taken
