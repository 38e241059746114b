"""The table of the fault scenarios says what held and what did not."""

from __future__ import annotations

import pytest

from bench.faults.outcome import Figure, Outcome, lines_of


@pytest.mark.parametrize(
    ("value", "limit", "verdict"),
    [
        (0, {"most": 0}, "held"),
        (1, {"most": 0}, "MISSED"),
        (99.9, {"least": 100}, "MISSED"),
        (100, {"least": 100}, "held"),
        (7, {}, ""),
    ],
)
def test_a_figure_is_held_against_its_limit(value, limit, verdict):
    assert Figure("lost", value, **limit).verdict == verdict


def test_a_seeded_fault_that_is_not_seen_is_a_miss():
    outcome = Outcome("API killed", 20)
    outcome.none(lost_writes=0)
    assert outcome.holds
    outcome.caught["no key"] = False
    assert not outcome.holds
    assert [line[2:] for line in lines_of(outcome)] == [
        ("lost writes", "0", "0", "held"),
        ("seeded fault caught: no key", "NO", "yes", "MISSED"),
    ]
