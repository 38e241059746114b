"""Whose calendar holds: seasons, Saturday mornings, and the unit's days over the nation's."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.domain.calendars import OFFICE, at, official, plain
from tthc.domain.calendar import WorkingCalendar
from tthc.domain.calendar_layers import CalendarLayers
from tthc.domain.calendar_rows import CalendarInvalidError, DayKind, SpecialDay, Week

SATURDAY_MORNING = {6: ((450, 690),)}
SUMMER = dict.fromkeys(range(1, 6), ((420, 660), (810, 1020)))
NATION = {row.day: row for row in official().special.values()}
FLOOD = SpecialDay(date(2026, 9, 9), DayKind.OFF, "Lũ, cắt điện toàn xã")
FESTIVAL = SpecialDay(date(2026, 3, 11), DayKind.OFF, "Nghỉ theo quyết định của tỉnh")
WORKED_THROUGH = SpecialDay(FESTIVAL.day, DayKind.MAKE_UP, "Xã vẫn làm việc")


def layers(days=None, weeks=None) -> CalendarLayers:
    all_days = {None: NATION} | {k: {d.day: d for d in v} for k, v in (days or {}).items()}
    parents = {"05128": "25", "05158": "25", "25": None, "01": None, "00001": "01"}
    return CalendarLayers(7, all_days, {None: [Week(OFFICE)]} | (weeks or {}), parents)


def test_a_province_adds_to_the_nation_and_a_unit_overrides_both():
    all_of_them = layers({"25": [FESTIVAL], "05128": [FLOOD, WORKED_THROUGH]})
    tan_lac, muong_bi = all_of_them.of("05128"), all_of_them.of("05158")
    assert not muong_bi.is_working_day(FESTIVAL.day)
    assert tan_lac.is_working_day(FESTIVAL.day)
    assert not tan_lac.is_working_day(FLOOD.day)
    assert muong_bi.is_working_day(FLOOD.day)
    assert all_of_them.of("00001").is_working_day(FESTIVAL.day)
    assert not tan_lac.is_working_day(date(2026, 2, 17))


def test_units_that_add_nothing_share_one_calendar():
    all_of_them = layers({"05128": [FLOOD]})
    assert all_of_them.of("05158") is all_of_them.of(None) is all_of_them.nation
    assert all_of_them.of("99999") is all_of_them.nation
    assert all_of_them.of("05128") is all_of_them.of("05128") is not all_of_them.nation


def test_a_units_own_hours_replace_its_provinces_and_those_the_nations():
    early = [Week(SUMMER)]
    all_of_them = layers(weeks={"25": early, "05158": [Week({1: ((480, 720),)})]})
    day = date(2026, 3, 2)
    assert all_of_them.of("05128").shifts_on(day) == SUMMER[1]
    assert all_of_them.of("05158").shifts_on(day) == ((480, 720),)
    assert all_of_them.of("00001").shifts_on(day) == OFFICE[1]


def test_summer_hours_end_on_their_day():
    weeks = [
        Week(OFFICE, until=date(2026, 4, 16)),
        Week(SUMMER, since=date(2026, 4, 16), until=date(2026, 10, 16)),
        Week(OFFICE, since=date(2026, 10, 16)),
    ]
    calendar = WorkingCalendar(1, 2026, 2026, {}, weeks)
    assert calendar.shifts_on(date(2026, 4, 15)) == OFFICE[3]
    assert calendar.shifts_on(date(2026, 4, 16)) == SUMMER[4]
    assert calendar.opening_from(at("2026-06-01 06:00")) == at("2026-06-01 07:00")
    assert calendar.opening_from(at("2026-11-02 06:00")) == at("2026-11-02 07:30")
    minutes = calendar.minutes_between(at("2026-04-15 00:00"), at("2026-04-17 00:00"))
    assert minutes == 450 + 450


def test_what_comes_in_on_a_saturday_morning_is_received_then_though_it_is_no_working_day():
    calendar = WorkingCalendar(1, 2026, 2026, NATION, [Week(OFFICE, SATURDAY_MORNING)])
    saturday = date(2026, 3, 7)
    assert not calendar.is_working_day(saturday)
    assert calendar.opening_from(at("2026-03-07 09:00")) == at("2026-03-07 09:00")
    assert calendar.opening_from(at("2026-03-07 06:00")) == at("2026-03-07 07:30")
    assert calendar.opening_from(at("2026-03-07 12:00")) == at("2026-03-09 07:30")
    assert calendar.nth_working_day_after(saturday, 1) == date(2026, 3, 9)
    assert calendar.minutes_between(at("2026-03-07 08:00"), at("2026-03-07 10:00")) == 0


def test_a_closed_desk_takes_nothing_in_on_its_saturday():
    storm = SpecialDay(date(2026, 3, 7), DayKind.OFF, "Bão")
    days = {storm.day: storm}
    calendar = WorkingCalendar(1, 2026, 2026, days, [Week(OFFICE, SATURDAY_MORNING)])
    assert calendar.opening_from(at("2026-03-07 09:00")) == at("2026-03-09 07:30")


@pytest.mark.parametrize(
    "make",
    [
        lambda: Week(OFFICE, {5: ((450, 690),)}),
        lambda: Week(OFFICE, {6: ((450, 690), (600, 700))}),
        lambda: Week(OFFICE, since=date(2026, 5, 1), until=date(2026, 5, 1)),
        lambda: WorkingCalendar(1, 2026, 2026, {}, [Week(OFFICE), Week(SUMMER)]),
        lambda: WorkingCalendar(1, 2026, 2026, {}, []),
        lambda: layers(weeks={None: []}),
    ],
)
def test_hours_that_cannot_all_hold_are_refused(make):
    with pytest.raises(CalendarInvalidError):
        make()


def test_a_year_without_all_its_statutory_days_off_is_not_covered():
    half = {day: row for day, row in NATION.items() if day < date(2026, 4, 1)}
    calendar = CalendarLayers(1, {None: half}, {None: [Week(OFFICE)]}, {}).nation
    assert (calendar.first_year, calendar.last_year) == (2024, 2025)
    gap = {day: row for day, row in NATION.items() if day.year != 2025}
    assert CalendarLayers(1, {None: gap}, {None: [Week(OFFICE)]}, {}).nation.last_year == 2024
    with pytest.raises(CalendarInvalidError):
        CalendarLayers(1, {None: {FLOOD.day: FLOOD}}, {None: [Week(OFFICE)]}, {})


def test_days_off_and_make_up_days_are_named_in_order():
    calendar = official()
    off = calendar.days_off_between(date(2025, 12, 31), date(2026, 1, 10))
    assert [day.day for day, _ in off] == [1, 2, 3, 4]
    assert [why for _, why in off][2:] == ["thứ Bảy", "Chủ nhật"]
    assert "hoán đổi" in off[1][1]
    made_up = calendar.make_ups_between(date(2025, 12, 31), date(2026, 1, 10))
    assert [day for day, _ in made_up] == [date(2026, 1, 10)]
    assert calendar.make_ups_between(date(2026, 1, 10), date(2026, 8, 21)) == []


@pytest.mark.parametrize(
    ("moment", "n", "ends"),
    [
        ("2026-03-02 08:00", 0, "2026-03-02 11:30"),
        ("2026-03-02 08:00", 1, "2026-03-02 17:00"),
        ("2026-03-02 14:00", 1, "2026-03-03 11:30"),
        ("2026-03-02 08:00", 6, "2026-03-05 11:30"),
        ("2026-03-02 14:00", 6, "2026-03-05 17:00"),
        ("2026-03-02 12:00", 0, "2026-03-02 17:00"),
        ("2026-03-06 18:00", 0, "2026-03-09 11:30"),
    ],
)
def test_half_days_end_with_their_shift(moment, n, ends):
    assert official().end_of_shift_after(at(moment), n) == at(ends)


def test_half_days_walked_one_by_one_come_out_the_same():
    calendar, moment = plain([FLOOD]), at("2026-09-07 09:00")
    walked = calendar.end_of_shift_after(moment, 0)
    for n in range(1, 30):
        walked = calendar.end_of_shift_after(walked + timedelta(seconds=1), 0)
        assert calendar.end_of_shift_after(moment, n) == walked
