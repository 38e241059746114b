"""Which rung a due date stands on, and how many working days late it is."""

from __future__ import annotations

import pytest

from tests.domain.calendars import at, official
from tthc.domain.ladder import AlertKind, Rung, reached_rungs
from tthc.domain.moment import civil_day
from tthc.domain.overdue import days_late

LADDER = [Rung(f"r{n}", AlertKind.DUE, n, ("officer",)) for n in (-2, -1, 0, 1, 3, 5, 10)]


@pytest.mark.parametrize(
    ("now", "days"),
    [
        ("2026-02-11 09:00", -2),
        ("2026-02-12 09:00", -1),
        ("2026-02-13 09:00", 0),
        ("2026-02-13 23:59", 0),
        ("2026-02-18 09:00", 0),
        ("2026-02-23 00:00", 1),
        ("2026-02-25 09:00", 3),
    ],
)
def test_lateness_counts_working_days_and_tet_is_none(now, days):
    assert days_late(at("2026-02-13 17:00"), at(now), official()) == days


def test_outside_the_calendar_nobody_guesses():
    assert days_late(at("2011-06-01 10:00"), at("2026-03-02 10:00"), official()) is None


@pytest.mark.parametrize("now", ["2026-02-11 09:00", "2026-02-14 09:00", "2026-03-02 09:00"])
def test_each_due_date_stands_on_the_highest_rung_it_reached(now):
    reached = reached_rungs(LADDER, official(), now=at(now))
    for due in ("2026-02-02", "2026-02-11", "2026-02-13", "2026-02-24", "2026-02-27", "2026-03-04"):
        due_at = at(f"{due} 17:00")
        standing = [
            r.rung.amount
            for r in reached
            if due_at < r.before and (r.since is None or r.since <= due_at)
        ]
        late = official().working_days_between(civil_day(due_at), civil_day(at(now)))
        # A warning counts from the last working day: on a day off nothing has come nearer.
        base = official().nth_working_day_after(civil_day(at(now)), 0)
        left = official().working_days_between(base, civil_day(due_at))
        passed = [r.amount for r in LADDER if r.amount <= (late or -left)]
        assert standing == passed[-1:]


def test_an_empty_ladder_reaches_nothing():
    assert reached_rungs([], official(), now=at("2026-03-02 09:00")) == []
