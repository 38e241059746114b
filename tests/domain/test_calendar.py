"""Look-ups in the calendar equal a walk from day to day and from minute to minute."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.calendars import OFFICE, at, official, plain, slowly
from tthc.domain.calendar import WorkingCalendar
from tthc.domain.calendar_rows import CalendarInvalidError, DayKind, SpecialDay, Week
from tthc.domain.errors import CalendarGapError
from tthc.domain.moment import civil_day, local, start_of_day

days = st.dates(date(2024, 1, 3), date(2027, 6, 30))
instants = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1)).map(  # noqa: DTZ001 - made aware
    lambda naive: at(naive.isoformat())
)


@given(days, st.integers(0, 120))
def test_the_nth_working_day_is_the_one_a_walk_finds(day, n):
    calendar = official()
    found = calendar.nth_working_day_after(day, n)
    if n:
        assert found == slowly(day, n, calendar)
        assert calendar.working_days_between(day, found) == n
    else:
        assert found <= day
        assert calendar.working_days_between(found, day) == 0


@given(days, days)
def test_days_between_are_those_counted_one_by_one(start, end):
    calendar = official()
    walked = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    assert calendar.working_days_between(start, end) == sum(map(calendar.is_working_day, walked))


@given(days)
def test_on_or_after_rolls_forward_only_from_a_day_off(day):
    calendar = official()
    found = calendar.on_or_after(day)
    assert calendar.is_working_day(found)
    assert (found == day) == calendar.is_working_day(day)


def test_a_make_up_saturday_is_worked_and_a_swapped_friday_is_not():
    calendar = official()
    assert calendar.is_working_day(date(2026, 1, 10))
    assert calendar.is_working_day(date(2026, 8, 22))
    assert not calendar.is_working_day(date(2026, 1, 2))
    assert not calendar.is_working_day(date(2026, 11, 24))
    assert calendar.shifts_on(date(2026, 1, 10)) == OFFICE[1]


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-03-02 06:00", "2026-03-02 07:30"),
        ("2026-03-02 07:30", "2026-03-02 07:30"),
        ("2026-03-02 11:30", "2026-03-02 13:30"),
        ("2026-03-02 16:59", "2026-03-02 16:59"),
        ("2026-03-02 17:00", "2026-03-03 07:30"),
        ("2026-03-06 18:00", "2026-03-09 07:30"),
        ("2026-02-14 09:00", "2026-02-23 07:30"),
    ],
)
def test_receipt_outside_hours_counts_from_the_next_opening(moment, opens):
    assert official().opening_from(at(moment)) == at(opens)


@given(instants, st.integers(1, 20_000))
def test_minutes_added_are_minutes_between(moment, minutes):
    calendar = official()
    end = calendar.add_minutes(moment, minutes)
    assert calendar.minutes_between(moment, end) == minutes
    assert calendar.minutes_between(end, moment) == 0


@given(instants)
def test_an_hour_of_work_is_sixty_minutes_of_opening(moment):
    calendar = official()
    end, open_minutes = calendar.add_minutes(moment, 60), 0
    minute = local(moment).replace(second=0, microsecond=0)
    while minute < end:
        shifts = calendar.shifts_on(minute.date())
        open_minutes += any(a <= minute.hour * 60 + minute.minute < b for a, b in shifts)
        minute += timedelta(minutes=1)
    assert open_minutes == 60


@pytest.mark.parametrize(
    "question",
    [
        lambda c: c.is_working_day(date(2028, 1, 3)),
        lambda c: c.nth_working_day_after(date(2027, 12, 20), 60),
        lambda c: c.nth_working_day_after(date(2024, 1, 5), -60),
        lambda c: c.add_minutes(at("2027-12-30 09:00"), 60 * 450),
        lambda c: c.working_days_between(date(2023, 12, 29), date(2024, 1, 9)),
    ],
)
def test_a_year_without_a_calendar_is_refused_and_never_guessed(question):
    with pytest.raises(CalendarGapError) as refused:
        question(official())
    assert refused.value.details["year"] in {"2023", "2028"}


def test_a_calendar_without_a_working_day_is_none():
    with pytest.raises(CalendarInvalidError):
        plain(hours={})


@pytest.mark.parametrize("shifts", [((600, 600),), ((0, 1_441),), ((450, 700), (690, 1_020))])
def test_hours_that_overlap_or_leave_the_day_are_refused(shifts):
    with pytest.raises(CalendarInvalidError):
        plain(hours={1: shifts})


def test_a_day_off_by_decision_closes_the_desk():
    storm = SpecialDay(date(2026, 9, 9), DayKind.OFF, "Bão số 5")
    assert plain([storm]).shifts_on(storm.day) == ()


def test_a_day_begins_at_midnight_in_viet_nam_whatever_the_zone_of_the_instant():
    assert start_of_day(date(2026, 3, 3)) == at("2026-03-03 00:00")
    assert civil_day(datetime.fromisoformat("2026-03-02T17:00:00+00:00")) == date(2026, 3, 3)
    with pytest.raises(ValueError, match="naive"):
        local(datetime(2026, 3, 2))  # noqa: DTZ001 - on purpose


def test_a_calendar_of_a_thousand_years_is_no_harder_to_ask():
    calendar = WorkingCalendar(1, 1900, 2899, {}, [Week(OFFICE)])
    assert calendar.nth_working_day_after(date(1900, 1, 1), 260_000).year > 2890
