"""Whoever is late is apologised to; nothing else changes by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.domain.calendars import at
from tests.domain.lives import Life
from tthc.domain.apologies import ApologyRefusedError
from tthc.domain.dossier import Details, changes_between
from tthc.domain.errors import RuleError
from tthc.domain.lifecycle import Action

TOLD = Details(reason="Thiếu cán bộ", responsible_unit="05128", promised_on=date(2026, 3, 16))


@pytest.fixture
def life():
    """Due on Monday 9 March 2026 at 17:00."""
    return Life()


def test_an_apology_is_noted_and_moves_nothing(life):
    before = life.state
    life.do(Action.APOLOGISE, "2026-03-10 08:00", TOLD)
    assert life.state.apologised_at == at("2026-03-10 08:00")
    assert set(changes_between(before, life.state)) == {
        "version",
        "apologised_at",
        "last_event_at",
    }


def test_it_may_be_said_again_and_while_the_clock_stands_late(life):
    life.do(Action.APOLOGISE, "2026-03-10 08:00", TOLD)
    life.do(Action.REQUEST_SUPPLEMENT, "2026-03-10 09:00")
    life.do(Action.APOLOGISE, "2026-03-12 08:00", TOLD)
    assert life.state.apologised_at == at("2026-03-12 08:00")


@pytest.mark.parametrize(
    ("when", "details", "rule"),
    [
        ("2026-03-09 23:59", TOLD, "not_late"),
        ("2026-03-10 08:00", replace(TOLD, responsible_unit=None), "unit_missing"),
        ("2026-03-17 08:00", TOLD, "promised_past"),
    ],
)
def test_what_cannot_be_said_is_refused(life, when, details, rule):
    with pytest.raises(ApologyRefusedError) as refused:
        life.do(Action.APOLOGISE, when, details)
    assert refused.value.details["rule"] == rule


def test_who_stopped_in_time_is_not_late_however_long_it_stands(life):
    life.do(Action.REQUEST_SUPPLEMENT, "2026-03-04 09:00")
    with pytest.raises(ApologyRefusedError):
        life.do(Action.APOLOGISE, "2026-03-15 08:00", TOLD)


def test_it_says_why(life):
    with pytest.raises(RuleError):
        life.do(Action.APOLOGISE, "2026-03-10 08:00", replace(TOLD, reason=None))
