"""What each action makes of a dossier, and that its events tell the whole of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.calendars import at
from tests.domain.lives import MONDAY, SHIFTING, TOLD, Life
from tthc.domain.actions import ExtensionRefusedError, ReasonMissingError, TimeOrderError
from tthc.domain.dossier import (
    Details,
    DossierState,
    PaymentKind,
    ReturnForm,
    StopReason,
    changes_between,
    rebuild,
)
from tthc.domain.errors import ConflictError, RuleError
from tthc.domain.lifecycle import TRANSITIONS, Action, Status
from tthc.domain.limits import LimitUnit, TimeLimit


@pytest.fixture
def life():
    return Life()


def test_receipt_starts_the_clock_and_sets_the_first_due_date(life):
    assert life.state.status is Status.RECEIVED
    assert life.state.due_at == life.state.original_due_at == at("2026-03-09 17:00")
    assert life.state.due_version == 1


def test_an_online_dossier_has_no_due_date_before_it_is_accepted():
    life = Life(online=True)
    assert life.state.due_at is None
    life.do(Action.ACCEPT, "2026-03-04 10:00")
    assert life.state.received_at == at("2026-03-04 10:00")
    assert life.state.due_at == at("2026-03-11 17:00")


def test_a_supplement_asked_before_acceptance_stops_no_clock_and_costs_no_count():
    life = Life(online=True)
    outcome = life.do(Action.REQUEST_SUPPLEMENT, "2026-03-02 15:00")
    assert (outcome.began_stop, life.state.supplement_count) == (None, 0)
    life.do(Action.TAKE_SUPPLEMENT, "2026-03-05 10:00")
    assert life.state.status is Status.RECEIVED
    assert life.state.received_at == at("2026-03-05 10:00")


def test_a_supplement_restarts_the_clock_and_is_counted(life):
    life.do(Action.HAND_OVER, "2026-03-02 10:00")
    outcome = life.do(Action.REQUEST_SUPPLEMENT, "2026-03-03 10:00")
    assert outcome.began_stop is StopReason.SUPPLEMENT
    assert life.state.stopped_at == at("2026-03-03 10:00")
    outcome = life.do(Action.TAKE_SUPPLEMENT, "2026-03-10 10:00")
    assert outcome.ended_stop is StopReason.SUPPLEMENT
    assert (life.state.status, life.state.stopped_at) == (Status.RECEIVED, None)
    assert life.state.due_at == at("2026-03-17 17:00")
    assert life.state.original_due_at == at("2026-03-09 17:00")
    assert (life.state.supplement_count, life.state.due_version) == (1, 2)


def test_where_the_clock_only_pauses_it_goes_on_where_it_stood():
    life = Life(SHIFTING)
    life.do(Action.HAND_OVER, "2026-03-02 10:00")
    life.do(Action.REQUEST_SUPPLEMENT, "2026-03-03 10:00")
    life.do(Action.TAKE_SUPPLEMENT, "2026-03-06 10:00")
    assert life.state.status is Status.PROCESSING
    assert life.state.due_at == at("2026-03-12 17:00")


def test_a_payment_pauses_and_is_no_supplement(life):
    life.do(Action.HAND_OVER, "2026-03-02 10:00")
    life.do(Action.REQUEST_PAYMENT, "2026-03-03 10:00")
    life.do(Action.CONFIRM_PAYMENT, "2026-03-05 10:00", Details(payment_kind=PaymentKind.ON_PORTAL))
    assert life.state.due_at == at("2026-03-11 17:00")
    assert life.state.payment_kind is PaymentKind.ON_PORTAL
    assert (life.state.stop_count, life.state.supplement_count) == (1, 0)


def test_late_when_stopped_stays_late(life):
    life.do(Action.REQUEST_SUPPLEMENT, "2026-03-10 10:00")
    life.do(Action.TAKE_SUPPLEMENT, "2026-03-20 10:00")
    assert life.state.due_at == at("2026-03-09 17:00")


def test_an_extension_moves_the_due_date_once_and_keeps_the_first(life):
    life.do(Action.EXTEND, "2026-03-04 10:00")
    assert life.state.due_at == at("2026-03-12 17:00")
    assert life.state.original_due_at == at("2026-03-09 17:00")
    with pytest.raises(ExtensionRefusedError):
        life.do(Action.EXTEND, "2026-03-05 10:00", replace(TOLD, new_due_on=date(2026, 3, 20)))


@pytest.mark.parametrize(
    ("when", "details"),
    [
        ("2026-03-09 08:00", TOLD),
        ("2026-03-10 08:00", TOLD),
        ("2026-03-04 08:00", replace(TOLD, responsible_unit=None)),
        ("2026-03-04 08:00", replace(TOLD, new_due_on=None)),
    ],
)
def test_an_apology_too_late_or_without_its_facts_is_refused(life, when, details):
    with pytest.raises(ExtensionRefusedError):
        life.do(Action.EXTEND, when, details)


def test_the_last_day_for_an_apology_is_the_day_before(life):
    life.do(Action.EXTEND, "2026-03-08 23:59")
    assert life.state.extension_count == 1


def test_finish_ends_it_and_return_comes_after(life):
    life.do(Action.HAND_OVER, "2026-03-02 10:00")
    life.do(Action.FINISH, "2026-03-05 10:00", Details(result_code="1/QĐ"))
    assert life.state.finished_at == life.state.ended_at == at("2026-03-05 10:00")
    life.do(Action.RETURN, "2026-03-06 10:00", Details(return_form=ReturnForm.POSTAL))
    assert (life.state.returned_at, life.state.return_form) == (
        at("2026-03-06 10:00"),
        ReturnForm.POSTAL,
    )
    assert life.state.ended_at == at("2026-03-05 10:00")


def test_who_withdraws_during_a_stop_is_judged_at_the_stop(life):
    life.do(Action.REQUEST_SUPPLEMENT, "2026-03-03 10:00")
    life.do(Action.WITHDRAW, "2026-03-04 10:00")
    assert (life.state.ended_at, life.state.stopped_at) == (
        at("2026-03-04 10:00"),
        at("2026-03-03 10:00"),
    )
    assert life.state.finished_at is None


@pytest.mark.parametrize(
    ("before", "action"),
    [
        ([], Action.REQUEST_SUPPLEMENT),
        ([], Action.WITHDRAW),
        ([], Action.EXTEND),
        ([Action.HAND_OVER], Action.STOP),
        ([Action.HAND_OVER], Action.REQUEST_PAYMENT),
    ],
)
@pytest.mark.parametrize("reason", [None, "", "  "])
def test_a_reason_is_demanded(life, before, action, reason):
    for step in before:
        life.do(step, MONDAY)
    with pytest.raises(ReasonMissingError):
        life.do(action, MONDAY, replace(TOLD, reason=reason))


def test_an_assignment_names_somebody(life):
    with pytest.raises(RuleError):
        life.do(Action.ASSIGN, MONDAY, Details())
    life.do(Action.ASSIGN, MONDAY)
    assert life.state.officer == "officer"


def test_nothing_happens_before_what_happened_last(life):
    with pytest.raises(TimeOrderError):
        life.do(Action.HAND_OVER, MONDAY - timedelta(microseconds=1))


def test_without_a_limit_there_is_no_due_date_and_nothing_to_extend():
    life = Life(TimeLimit(0, LimitUnit.NONE))
    assert life.state.due_at is None
    life.do(Action.REQUEST_SUPPLEMENT, "2026-03-03 10:00")
    life.do(Action.TAKE_SUPPLEMENT, "2026-03-04 10:00")
    assert life.state.due_at is None
    with pytest.raises(ExtensionRefusedError):
        life.do(Action.EXTEND, "2026-03-04 11:00")


@given(st.lists(st.tuples(st.sampled_from(list(Action)), st.integers(0, 5_000)), max_size=12))
def test_folding_the_events_gives_the_state_again(steps):
    life, now = Life(), MONDAY
    born = changes_between(DossierState(), life.state)
    for action, minutes in steps:
        now += timedelta(minutes=minutes)
        try:
            life.do(action, now, replace(TOLD, new_due_on=now.date() + timedelta(days=9)))
        except (RuleError, ConflictError):
            continue
    assert rebuild([born, *life.events]) == life.state
    assert life.state.version == 1 + len(life.events)


def test_every_action_of_the_table_can_be_told_as_facts():
    assert {action for _, action in TRANSITIONS} <= set(Action)
    assert TOLD.as_facts()["new_due_on"] == "2026-03-12"
    assert Details().as_facts() == {}
