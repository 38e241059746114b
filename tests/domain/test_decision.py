"""Decisions on days off: what they come to, and each reason to refuse one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.domain.calendars import official
from tthc.domain.decision import (
    MOST_DAYS,
    Change,
    DecidedDay,
    Decision,
    DecisionRefusedError,
    settle,
    special_days,
)

OFF, MAKE_UP, BACK = Change.OFF, Change.MAKE_UP, Change.WITHDRAWN
TODAY = date(2026, 3, 2)


def settled(*days, basis="CV 1", today=TODAY):
    decided = tuple(DecidedDay(date.fromisoformat(d), change, name) for d, change, name in days)
    decision = Decision(None, basis, "test", decided)
    return settle(decision, official().special, official(), today=today), decision


def test_what_the_calendar_has_already_is_left_out_and_the_rest_is_in_order():
    found, decision = settled(
        ("2026-12-26", MAKE_UP, "Làm bù"),
        ("2026-12-25", OFF, "Nghỉ hoán đổi"),
        ("2026-04-30", OFF, "Ngày Chiến thắng"),
    )
    assert [(day.day.day, day.change) for day in found] == [(25, OFF), (26, MAKE_UP)]
    rows = special_days(decision, found)
    assert {row.legal_basis for row in rows} == {"CV 1"}
    assert special_days(decision, [DecidedDay(TODAY, BACK, "x")]) == []


def test_a_provisional_day_is_confirmed_by_a_decision_of_another_name():
    found, _ = settled(("2027-02-04", OFF, "Tết Nguyên đán theo quyết định"))
    assert len(found) == 1


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("empty", []),
        ("changes_nothing", [("2026-04-30", OFF, "Ngày Chiến thắng")]),
        ("repeated_day", [("2026-12-25", OFF, "a"), ("2026-12-25", MAKE_UP, "b")]),
        ("unknown_day", [("2026-12-25", BACK, "a")]),
        ("worked_already", [("2026-12-24", MAKE_UP, "a")]),
        ("already_closed_on", [("2026-02-17", BACK, "a")]),
        ("already_closed_on", [("2026-02-17", MAKE_UP, "a")]),
        ("already_worked_on", [("2026-01-10", BACK, "a")]),
        ("not_worked_then", [("2026-02-28", MAKE_UP, "a")]),
        ("too_late", [("2026-01-20", OFF, "a")]),
    ],
)
def test_each_refusal_names_its_rule(rule, days):
    with pytest.raises(DecisionRefusedError) as refused:
        settled(*days)
    assert refused.value.details["rule"] == rule
    if days and rule != "changes_nothing":
        assert refused.value.details["day"] == days[-1][0]


def test_a_flood_can_be_entered_within_a_month_of_it():
    found, _ = settled(("2026-02-25", OFF, "Lũ"))
    assert len(found) == 1


def test_a_decision_longer_than_a_year_is_refused():
    first = date(2027, 1, 1)
    days = [((first + timedelta(days=n)).isoformat(), OFF, "x") for n in range(MOST_DAYS + 1)]
    with pytest.raises(DecisionRefusedError) as refused:
        settled(*days)
    assert refused.value.details["rule"] == "too_long"


def test_a_year_without_a_calendar_can_be_decided_on():
    found, _ = settled(("2028-01-03", OFF, "a"), ("2028-01-08", MAKE_UP, "b"))
    assert len(found) == 2
