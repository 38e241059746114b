"""Due dates: the official examples, and the rules' properties."""

from __future__ import annotations

import os
import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.calendars import OFFICE, at, official, plain, receipts
from tthc.domain.calendar import WorkingCalendar
from tthc.domain.calendar_rows import DayKind, SpecialDay, Week
from tthc.domain.deadlines import Offices, compute_due, extend_due, given_due
from tthc.domain.errors import CalendarGapError, RuleError
from tthc.domain.limits import (
    Counting,
    Granularity,
    LimitInvalidError,
    LimitUnit,
    TimeLimit,
)
from tthc.domain.moment import civil_day, start_of_day

LV, DAY, HOUR = LimitUnit.WORKING_DAY, LimitUnit.CALENDAR_DAY, LimitUnit.WORKING_HOUR
IN_DAY = TimeLimit(1, LV, Counting.IN_DAY)
OFFICIAL = Offices.one(official())


def due(received: str, amount: int, unit: LimitUnit = LV):
    return compute_due(at(received), TimeLimit(amount, unit), OFFICIAL)


def halves(received: str, amount: int):
    return compute_due(at(received), TimeLimit(amount, LV, Counting.HALF_DAY), OFFICIAL)


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
        pytest.param("2026-11-23 09:00", 1, LV, "2026-11-25", id="24/11 off"),
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
        ("2026-11-23 15:10", "2026-11-25"),
        ("2026-11-23 18:00", "2026-11-25"),
        ("2026-11-22 09:00", "2026-11-23"),
    ],
)
def test_in_day_procedures_are_answered_the_same_day_until_15_hours(received, expected):
    found = compute_due(at(received), IN_DAY, OFFICIAL)
    assert found.due_at == at(f"{expected} 17:00")


def test_what_comes_in_on_a_saturday_morning_is_counted_from_monday_as_the_first_day():
    week = Week(OFFICE, {6: ((450, 690),)})
    offices = Offices.one(WorkingCalendar(1, 2026, 2026, {}, [week]))
    received = at("2026-03-07 09:00")
    assert compute_due(received, TimeLimit(1, LV), offices).due_at == at("2026-03-09 17:00")
    assert compute_due(received, IN_DAY, offices).due_at == at("2026-03-09 17:00")
    hours = compute_due(received, TimeLimit(2, HOUR), offices)
    assert hours.due_at == at("2026-03-09 09:30")


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


@pytest.mark.parametrize(
    ("received", "amount", "expected"),
    [
        pytest.param("2026-03-02 09:00", 0, "2026-03-02 11:30", id="end of the same half-day"),
        pytest.param("2026-03-02 14:00", 0, "2026-03-02 17:00", id="the afternoon's"),
        pytest.param("2026-03-02 09:00", 1, "2026-03-02 17:00", id="half a day: the next one"),
        pytest.param("2026-03-02 14:00", 1, "2026-03-03 11:30", id="over night"),
        pytest.param("2026-03-02 09:00", 4, "2026-03-04 11:30", id="two days, same half"),
        pytest.param("2026-03-06 14:00", 2, "2026-03-09 17:00", id="over a weekend"),
    ],
)
def test_half_days_end_at_noon_or_in_the_evening(received, amount, expected):
    assert halves(received, amount).due_at == at(expected)
    assert halves(received, amount).granularity is Granularity.DAY


def test_the_desk_takes_in_by_its_hours_and_the_work_is_counted_where_it_is_done():
    flood = SpecialDay(date(2026, 3, 4), DayKind.OFF, "Lũ")
    offices = Offices(desk=plain(hours={5: ((480, 600),)}), work=plain([flood]))
    found = compute_due(at("2026-03-02 09:00"), TimeLimit(3, LV), offices)
    assert found.ledger[2].at == at("2026-03-06 08:00")
    assert found.due_at == at("2026-03-11 17:00")
    assert compute_due(at("2026-03-02 09:00"), TimeLimit(3, LV), Offices.one(plain([flood]))).due_at


def test_a_procedure_without_a_limit_has_no_due_date():
    assert compute_due(at("2026-03-02 09:00"), TimeLimit(0, LimitUnit.NONE), OFFICIAL) is None


@pytest.mark.parametrize(
    ("amount", "unit", "counting"),
    [
        (0, LV, Counting.STANDARD),
        (-1, DAY, Counting.STANDARD),
        (3_651, LV, Counting.STANDARD),
        (29_201, HOUR, Counting.STANDARD),
        (-1, LV, Counting.HALF_DAY),
        (1, DAY, Counting.IN_DAY),
        (1, HOUR, Counting.HALF_DAY),
    ],
)
def test_a_limit_no_decision_can_mean_is_refused(amount, unit, counting):
    with pytest.raises(LimitInvalidError):
        TimeLimit(amount, unit, counting)


def test_a_limit_that_reaches_a_year_without_a_calendar_is_refused():
    with pytest.raises(CalendarGapError):
        due("2027-12-30 09:00", 5)
    with pytest.raises(CalendarGapError):
        halves("2027-12-30 09:00", 9)
    with pytest.raises(CalendarGapError):
        due("2028-01-03 09:00", 1)


limits = st.builds(TimeLimit, st.integers(1, 90), st.sampled_from([LV, DAY, HOUR])) | st.builds(
    TimeLimit, st.integers(0, 60), st.just(LV), st.just(Counting.HALF_DAY)
)
minutes = st.integers(0, 40 * 24 * 60)


@given(receipts, limits)
def test_a_longer_limit_or_a_later_receipt_is_never_due_earlier(received, limit):
    first = compute_due(received, limit, OFFICIAL)
    more = TimeLimit(limit.amount + 1, limit.unit, limit.counting)
    longer = compute_due(received, more, OFFICIAL)
    later = compute_due(received + timedelta(hours=5), limit, OFFICIAL)
    assert received <= first.due_at <= min(longer.due_at, later.due_at)


@given(receipts, st.integers(1, 90))
def test_as_many_days_lie_before_the_due_date_as_were_promised(received, amount):
    found = compute_due(received, TimeLimit(amount, LV), OFFICIAL)
    start = civil_day(found.ledger[2].at)
    assert official().working_days_between(start, civil_day(found.due_at)) == amount
    hours = compute_due(received, TimeLimit(amount, HOUR), OFFICIAL)
    assert official().minutes_between(received, hours.due_at) == amount * 60


@given(receipts, limits, st.dates(date(2025, 1, 1), date(2026, 8, 1)))
def test_a_day_off_more_is_never_due_earlier_and_a_make_up_day_never_later(received, limit, day):
    first = compute_due(received, limit, OFFICIAL)

    def changed(kind: DayKind) -> Offices:
        special = {**official().special, day: SpecialDay(day, kind, "Thử")}
        return Offices.one(WorkingCalendar(2, 2024, 2027, special, [Week(OFFICE)]))

    if not official().special.get(day):
        assert compute_due(received, limit, changed(DayKind.OFF)).due_at >= first.due_at
    assert compute_due(received, limit, changed(DayKind.MAKE_UP)).due_at <= first.due_at


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Kiritimati", "UTC"])
def test_the_zone_of_the_process_does_not_matter(zone, monkeypatch):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert os.environ["TZ"] == zone
        assert due("2026-02-13 23:30", 3).due_at == at("2026-02-26 17:00")
        assert due("2026-03-02 00:30", 1, HOUR).due_at == at("2026-03-02 08:30")
    finally:
        monkeypatch.undo()
        time.tzset()


def test_an_extension_ends_with_the_new_day():
    first = due("2026-03-02 09:00", 3)
    moved = extend_due(first, date(2026, 3, 9), OFFICIAL, at=at("2026-03-03"), unit_code="05128")
    assert moved.due_at == at("2026-03-09 17:00")
    assert moved.ledger[-1].kind == "extended"
    assert moved.ledger[-1].facts["responsible_unit"] == "05128"


@pytest.mark.parametrize("day", [date(2026, 3, 8), date(2026, 3, 5), date(2026, 3, 4)])
def test_an_extension_to_a_day_off_or_backwards_is_refused(day):
    with pytest.raises(RuleError):
        extend_due(due("2026-03-02 09:00", 3), day, OFFICIAL, at=at("2026-03-03"))


def test_a_due_date_taken_over_is_compared_by_day_and_says_so():
    taken = given_due(at("2011-06-01 14:42"))
    assert taken.overdue_at == at("2011-06-02 00:00")
    assert [step.kind for step in taken.ledger] == ["taken_over"]
