"""What a citizen is told of each step of a life, and at which hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from tests.domain.calendars import at
from tests.domain.lives import TOLD, Life
from tthc.domain.lifecycle import Action, Status
from tthc.domain.notices import NoticeKind, QuietHours, is_true_in, kind_of

LATER = date(2026, 3, 20)
NIGHT = QuietHours(time(21), time(7))


@pytest.fixture
def tell():
    """Take a step in a life; return what the citizen is told of it."""

    def telling(life, action, when):
        before = life.state
        life.do(action, when, replace(TOLD, new_due_on=LATER))
        return kind_of(action, before, life.state)

    return telling


def test_a_life_with_everything_in_it_is_told_step_by_step(tell):
    life = Life(online=True)
    steps = [
        (Action.ACCEPT, "2026-03-02 10:00", NoticeKind.RECEIVED),
        (Action.HAND_OVER, "2026-03-02 11:00", None),
        (Action.REQUEST_SUPPLEMENT, "2026-03-03 08:00", NoticeKind.SUPPLEMENT_REQUESTED),
        (Action.TAKE_SUPPLEMENT, "2026-03-04 08:00", NoticeKind.DUE_MOVED),
        (Action.HAND_OVER, "2026-03-04 09:00", None),
        (Action.REQUEST_PAYMENT, "2026-03-05 08:00", NoticeKind.PAYMENT_REQUESTED),
        (Action.CONFIRM_PAYMENT, "2026-03-06 08:00", NoticeKind.DUE_MOVED),
        (Action.EXTEND, "2026-03-06 09:00", NoticeKind.APOLOGY),
        (Action.FINISH, "2026-03-09 08:00", NoticeKind.READY),
        (Action.RETURN, "2026-03-10 08:00", None),
    ]
    for action, when, told in steps:
        assert tell(life, action, when) is told, action


@pytest.mark.parametrize(
    ("ending", "told"),
    [(Action.WITHDRAW, NoticeKind.WITHDRAWN), (Action.STOP, NoticeKind.STOPPED)],
)
def test_an_end_without_result_is_told(tell, ending, told):
    life = Life()
    life.do(Action.HAND_OVER, "2026-03-02 10:00")
    assert tell(life, ending, "2026-03-03 10:00") is told


def test_papers_taken_before_acceptance_are_the_receipt(tell):
    life = Life(online=True)
    asked = tell(life, Action.REQUEST_SUPPLEMENT, "2026-03-02 15:00")
    taken = tell(life, Action.TAKE_SUPPLEMENT, "2026-03-03 15:00")
    assert (asked, taken) == (NoticeKind.SUPPLEMENT_REQUESTED, NoticeKind.RECEIVED)


def test_a_refusal_is_told(tell):
    assert tell(Life(online=True), Action.REFUSE, "2026-03-02 15:00") is NoticeKind.REFUSED


def test_a_stop_that_moves_nothing_is_not_told(tell):
    """Who was late before the stop keeps the date."""
    life = Life()
    assert tell(life, Action.PAUSE, "2026-03-20 10:00") is None
    assert tell(life, Action.RESUME, "2026-03-24 10:00") is None


def test_every_kind_is_true_somewhere_and_none_after_the_result_was_returned():
    for kind in NoticeKind:
        assert any(is_true_in(kind, status) for status in Status)
        assert not is_true_in(kind, Status.RETURNED)


@pytest.mark.parametrize(
    ("when", "is_quiet"),
    [
        ("2026-03-02 20:59", False),
        ("2026-03-02 21:00", True),
        ("2026-03-03 00:00", True),
        ("2026-03-03 06:59", True),
        ("2026-03-03 07:00", False),
    ],
)
def test_the_night_is_quiet(when, is_quiet):
    assert NIGHT.covers(at(when)) is is_quiet


def test_quiet_hours_may_lie_within_a_day_or_be_none():
    noon = QuietHours(time(11, 30), time(13, 30))
    assert [noon.covers(at(f"2026-03-02 {hour}")) for hour in ("11:29", "11:30", "13:30")] == [
        False,
        True,
        False,
    ]
    never = QuietHours(time(0), time(0))
    assert not never.covers(at("2026-03-02 00:00"))
