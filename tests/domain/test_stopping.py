"""Pauses, and stops that overlap: when the clock runs again, and what it then shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.domain.calendars import at
from tests.domain.lives import MONDAY, SHIFTING, TOLD, Life
from tthc.domain.dossier import (
    StopReason,
)
from tthc.domain.errors import RuleError
from tthc.domain.lifecycle import Action, Status
from tthc.domain.limits import StopMode
from tthc.domain.stopping import ClockStandsError


@pytest.fixture
def life():
    return Life()


FLOOD = replace(TOLD, stop_reason=StopReason.FORCE_MAJEURE, limit_on=date(2026, 3, 31))


def test_a_pause_stops_the_clock_in_the_status_it_finds(life):
    life.do(Action.HAND_OVER, "2026-03-02 10:00")
    outcome = life.do(Action.PAUSE, "2026-03-03 10:00", FLOOD)
    assert outcome.began_stop is life.state.paused_for is StopReason.FORCE_MAJEURE
    assert (life.state.status, life.state.stop_count) == (Status.PROCESSING, 1)
    assert life.state.stopped_at == at("2026-03-03 10:00")
    outcome = life.do(Action.RESUME, "2026-03-06 10:00")
    assert outcome.ended_stop is StopReason.FORCE_MAJEURE
    assert (life.state.stopped_at, life.state.paused_for) == (None, None)
    assert life.state.due_at == at("2026-03-12 17:00")
    assert life.due.ledger[-1].facts["reason"] == "force_majeure"


def test_stops_that_overlap_move_as_much_as_one_over_both():
    one, two = Life(SHIFTING), Life(SHIFTING)
    one.do(Action.HAND_OVER, "2026-03-02 10:00")
    two.do(Action.HAND_OVER, "2026-03-02 10:00")
    one.do(Action.REQUEST_SUPPLEMENT, "2026-03-03 10:00")
    outcome = one.do(Action.PAUSE, "2026-03-04 10:00", FLOOD)
    assert outcome.began_stop is StopReason.FORCE_MAJEURE
    assert one.state.stopped_at == at("2026-03-03 10:00")
    outcome = one.do(Action.TAKE_SUPPLEMENT, "2026-03-05 10:00")
    assert outcome.ended_stop is StopReason.SUPPLEMENT
    assert outcome.due is None
    assert one.state.stopped_at == at("2026-03-03 10:00")
    one.do(Action.RESUME, "2026-03-09 10:00")
    two.do(Action.REQUEST_SUPPLEMENT, "2026-03-03 10:00")
    two.do(Action.TAKE_SUPPLEMENT, "2026-03-09 10:00")
    assert one.state.due_at == two.state.due_at == at("2026-03-13 17:00")
    assert (one.state.stop_count, one.state.supplement_count) == (2, 1)


def test_a_pause_that_ends_within_a_supplement_leaves_the_clock_standing():
    life = Life(SHIFTING)
    life.do(Action.PAUSE, "2026-03-03 10:00", FLOOD)
    life.do(Action.REQUEST_SUPPLEMENT, "2026-03-04 10:00")
    outcome = life.do(Action.RESUME, "2026-03-05 10:00")
    assert (outcome.ended_stop, outcome.due) == (StopReason.FORCE_MAJEURE, None)
    life.do(Action.TAKE_SUPPLEMENT, "2026-03-06 10:00")
    assert life.state.due_at == at("2026-03-12 17:00")
    assert life.state.status is Status.RECEIVED


def test_a_supplement_that_counts_anew_does_so_when_the_pause_beside_it_ends(life):
    life.do(Action.REQUEST_SUPPLEMENT, "2026-03-03 10:00")
    life.do(Action.PAUSE, "2026-03-04 10:00", FLOOD)
    life.do(Action.TAKE_SUPPLEMENT, "2026-03-05 10:00")
    assert life.state.resume_mode is StopMode.RESTART
    life.do(Action.RESUME, "2026-03-09 10:00")
    assert life.state.due_at == at("2026-03-16 17:00")
    assert life.state.resume_mode is None


@pytest.mark.parametrize("ends", [Action.FINISH, Action.EXTEND])
def test_nothing_is_finished_or_promised_while_the_clock_is_paused(life, ends):
    life.do(Action.HAND_OVER, "2026-03-02 10:00")
    life.do(Action.PAUSE, "2026-03-03 10:00", FLOOD)
    with pytest.raises(ClockStandsError):
        life.do(ends, "2026-03-03 11:00")
    life.do(Action.WITHDRAW, "2026-03-03 12:00")
    assert life.state.stopped_at == at("2026-03-03 10:00")


def test_a_pause_is_begun_once_and_ended_once(life):
    with pytest.raises(ClockStandsError):
        life.do(Action.RESUME, MONDAY)
    life.do(Action.PAUSE, MONDAY, FLOOD)
    with pytest.raises(ClockStandsError):
        life.do(Action.PAUSE, MONDAY, FLOOD)
    online = Life(online=True)
    online.do(Action.REQUEST_SUPPLEMENT, MONDAY)
    with pytest.raises(ClockStandsError):
        online.do(Action.PAUSE, MONDAY, FLOOD)


@pytest.mark.parametrize("reason", [None, StopReason.SUPPLEMENT, StopReason.PAYMENT])
def test_a_pause_has_one_of_its_own_reasons(life, reason):
    with pytest.raises(RuleError):
        life.do(Action.PAUSE, MONDAY, replace(TOLD, stop_reason=reason))
