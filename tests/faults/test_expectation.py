"""Who must be alerted, counted by brute force: hand-made days, and misses and doubles seen."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bench.faults.expectation import Book, Matter, Rung, Watched, judge, standings

BOOK = Book()
DUE = Matter(1, "due", 1, 0)
CLIMBED = {2: None, 3: "due_in_2", 4: "due_in_1", 5: "due_today", 6: "late_1", 7: "late_1"}
CLIMBED |= {9: "late_1", 10: "late_3", 12: "late_5", 19: "late_10"}
LATE_1, LATE_3 = Rung("late_1", 1), Rung("late_3", 3)


def at(day, hour=3):
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def a_dossier(**others):
    facts = dict.fromkeys(Watched.__dataclass_fields__)
    facts |= {"id": 1, "status": 4, "due_version": 1, "granularity": "day"}
    facts |= {"recorded_at": at(2), "supplement_count": 0, "extension_count": 1}
    return Watched(**facts | others)


@pytest.mark.parametrize(("day", "rung"), CLIMBED.items())
def test_a_due_date_climbs_the_ladder_by_working_days(day, rung):
    """Due on Thursday 5 March 2026; the 7th and 8th are a weekend."""
    standing = standings([a_dossier(due_at=at(5, 10))], BOOK, at(day))
    assert (standing[DUE].code if DUE in standing else None) == rung


def test_a_limit_in_hours_is_late_within_its_day():
    dossier = a_dossier(due_at=at(5, 2), granularity="instant")
    assert standings([dossier], BOOK, at(5))[DUE] == LATE_1


@pytest.mark.parametrize(
    ("facts", "kind", "days"),
    [
        ({"status": 1, "registered_at": at(2)}, "unaccepted", (3, 4)),
        ({"status": 5, "asked_at": at(2)}, "supplement", (13, 16)),
        ({"status": 9, "finished_at": at(2)}, "uncollected", (6, 9)),
        ({"received_at": at(2)}, "undated", (6, 9)),
        ({"due_at": at(2, 10), "extension_count": 0}, "unapologised", (3, 4)),
    ],
)
def test_other_waits_are_told_of_on_their_day(facts, kind, days):
    before, after = (
        {matter.kind for matter in standings([a_dossier(**facts)], BOOK, at(day))} for day in days
    )
    assert kind not in before
    assert kind in after


@pytest.mark.parametrize(
    ("alerts", "missed", "duplicate", "unfounded"),
    [
        ([(DUE, LATE_1)], 0, 0, 0),
        ([], 1, 0, 0),
        ([(DUE, LATE_1), (DUE, LATE_1)], 0, 1, 0),
        ([(DUE, LATE_3)], 0, 0, 1),
        ([(DUE, LATE_1), (Matter(2, "due", 1, 0), LATE_1)], 0, 0, 1),
    ],
)
def test_alerts_are_judged(alerts, missed, duplicate, unfounded):
    verdict = judge(alerts, [{DUE: LATE_1}], [{DUE: LATE_1}])
    assert (verdict.missed, verdict.duplicate, verdict.unfounded) == (missed, duplicate, unfounded)


def test_a_higher_rung_later_is_no_duplicate_and_makes_up_for_a_lower_one():
    days = [{DUE: LATE_1}, {DUE: LATE_3}]
    verdict = judge([(DUE, LATE_1), (DUE, LATE_3)], days, days)
    assert (verdict.missed, verdict.duplicate, verdict.unfounded) == (0, 0, 0)
    assert judge([(DUE, LATE_3)], days, days).missed == 0
    assert judge([(DUE, LATE_3), (DUE, LATE_1)], days, days).duplicate == 1
