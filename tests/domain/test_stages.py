"""A stage by itself: the desk's rest of the day, its own date, and what it inherits."""

from __future__ import annotations

from datetime import date

import pytest

from tests.domain.calendars import OFFICE, at, official, plain
from tthc.domain.calendar import WorkingCalendar
from tthc.domain.calendar_rows import DayKind, SpecialDay, Week
from tthc.domain.counting import Stop
from tthc.domain.deadlines import Offices
from tthc.domain.dossier import DossierState
from tthc.domain.limits import Granularity, LimitUnit, TimeLimit
from tthc.domain.replaying import limit_of, replay
from tthc.domain.stage_rules import StageRule
from tthc.domain.stages import begin_stage, desk_limit, end_standstill, lay_plan

DAYS, HOURS = LimitUnit.WORKING_DAY, LimitUnit.WORKING_HOUR
COMMUNE, OTHER, PROVINCE = "05128", "05158", "25"
POLICE = "Công an cấp xã"


def rule(number, amount=2, unit=DAYS, **changes):
    values = {"unit_code": None, "agency": "", "is_confirmed": False}
    limit = TimeLimit(amount, unit)
    return StageRule("default", number, f"Bước {number}", limit=limit, **(values | changes))


RULES = (rule(1), rule(2, agency=POLICE), rule(3, unit_code=PROVINCE))


def a_plan(rules=RULES, calendar_of=lambda _unit: official()):
    return lay_plan(rules, OTHER, COMMUNE, calendar_of)


def begun(number, when, state=None, rules=RULES):
    stage = a_plan(rules).find(number)
    state = state or DossierState(stage_round=1, officer="officer")
    return begin_stage(stage, state, at=at(f"2026-03-{when}"))


@pytest.mark.parametrize(
    ("received", "due"),
    [  # Monday 2 March; the shifts are 07:30-11:30 and 13:30-17:00
        ("02 09:00", "02 17:00"),
        ("02 12:15", "02 17:00"),  # in the lunch break: the afternoon
        ("02 15:00", "02 17:00"),
        ("02 15:01", "03 11:30"),  # after 15:00: the next morning
        ("02 17:00", "03 17:00"),  # closed: it comes in with Tuesday's opening
        ("06 16:00", "09 11:30"),  # Friday: Monday morning
        ("07 10:00", "09 17:00"),  # Saturday: all of Monday
    ],
)
def test_the_desk_has_the_rest_of_the_day_and_the_next_morning_after_15_hours(received, due):
    assert begun(0, received).due.due_at == at(f"2026-03-{due}")


def test_what_comes_in_on_a_saturday_reception_is_handed_over_on_monday_morning():
    week = Week(OFFICE, received={6: ((450, 690),)})
    calendar = WorkingCalendar(1, 2026, 2026, {}, [week])
    limit = desk_limit(at("2026-03-07 09:00"), calendar)
    assert calendar.end_of_shift_after(at("2026-03-07 09:00"), limit.amount) == at(
        "2026-03-09 11:30"
    )


def test_the_desk_may_have_a_limit_of_its_own():
    run = begun(0, "02 09:00", rules=(rule(0, 4, HOURS), *RULES))
    assert (run.name, run.unit_code) == ("Bước 0", OTHER)
    assert run.due.due_at == at("2026-03-02 15:00")  # 150 minutes to lunch, 90 after it
    assert run.due.granularity is Granularity.INSTANT


def test_each_stage_is_whose_the_rule_says_and_else_the_resolving_units():
    stages = a_plan().stages
    assert [stage.number for stage in stages] == [0, 1, 2, 3]
    assert [stage.who for stage in stages] == [
        (OTHER, ""),
        (COMMUNE, ""),
        (COMMUNE, POLICE),
        (PROVINCE, ""),
    ]
    assert [stage.number for stage in a_plan().after(1)] == [2, 3]
    assert a_plan().find(4) is None


def test_a_stage_is_due_by_the_calendar_of_its_own_unit():
    closed = SpecialDay(date(2026, 3, 4), DayKind.OFF, "Lũ")
    calendars = {PROVINCE: official()}
    plan = a_plan(calendar_of=lambda unit: calendars.get(unit, plain([closed])))
    state = DossierState(stage_round=1)
    due = [begin_stage(plan.find(n), state, at=at("2026-03-02 09:00")).due for n in (1, 3)]
    assert [d.due_at.day for d in due] == [5, 4]


def test_a_stage_keeps_what_it_began_with_and_its_date_can_be_derived_again():
    run = begun(1, "02 09:00")
    assert (run.round, run.number, run.officer) == (1, 1, "officer")
    assert run.due.due_at == at("2026-03-04 17:00")
    assert run.due.ledger[1].facts["stage_name"] == "Bước 1"
    assert limit_of(run.due).amount == run.limit.amount == 2
    assert replay(run.due.ledger, lambda _revision: Offices.one(official())) == run.due


def test_a_stage_without_a_limit_has_no_date_and_no_stop_moves_it():
    run = begun(1, "02 09:00", rules=(rule(1, 0, LimitUnit.NONE),))
    assert run.due is None
    stop = Stop(at("2026-03-03 09:00"), at("2026-03-05 09:00"))
    assert end_standstill(run, stop, official(), reason="payment") is run


def promised(day, **changes):
    due_at, late = at(f"2026-03-{day:02} 17:00"), at(f"2026-03-{day + 1:02} 00:00")
    return DossierState(stage_round=1, due_at=due_at, overdue_at=late, **changes)


@pytest.mark.parametrize(
    ("number", "promise", "is_inherited"),
    [  # begun on Monday 9 March with two working days: until Wednesday 11 March
        (1, promised(11), False),
        (1, promised(10), True),  # one day left of two
        (1, promised(6), True),  # the date had passed
        (0, promised(6), True),
        (0, promised(9), False),
        (1, DossierState(stage_round=1), False),  # nothing was promised
        (1, promised(6, stopped_at=at("2026-03-06 09:00")), False),  # stopped in time
        (1, promised(6, stopped_at=at("2026-03-07 09:00")), True),
    ],
)
def test_a_stage_inherits_what_was_late_or_too_short_when_it_began(number, promise, is_inherited):
    assert begun(number, "09 09:00", promise).is_inherited is is_inherited


def test_without_a_limit_only_a_date_that_has_passed_is_inherited():
    unlimited = (rule(1, 0, LimitUnit.NONE),)
    assert not begun(1, "09 09:00", promised(9), unlimited).is_inherited
    assert begun(1, "09 09:00", promised(6), unlimited).is_inherited


def test_a_stop_moves_a_stage_by_its_own_limit_and_only_by_what_lay_within_it():
    run = begun(1, "02 09:00")
    stop = Stop(at("2026-03-03 09:00"), at("2026-03-05 09:00"))
    moved = end_standstill(run, stop, official(), reason="supplement")
    assert moved.due.due_at == at("2026-03-06 17:00")  # two working days
    assert moved.due.ledger[-1].facts["reason"] == "supplement"
    longer = Stop(at("2026-02-24 09:00"), at("2026-03-05 09:00"))
    since_its_start = end_standstill(run, longer, official(), reason="supplement")
    assert since_its_start.due.due_at == at("2026-03-09 17:00")  # Tuesday to Thursday


def test_a_stage_behind_when_the_clock_stopped_stays_behind():
    run = begun(1, "02 09:00")
    stop = Stop(at("2026-03-05 09:00"), at("2026-03-10 09:00"))
    told = end_standstill(run, stop, official(), reason="payment")
    assert told.due.due_at == run.due.due_at
    assert told.due.ledger[-1].kind == "stop_ignored_late"
