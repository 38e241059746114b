"""What staff answer holds rungs back: an acknowledgement the like ones, a snooze all of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests.jobs.alerting import LATE, a_late_dossier, a_staffed_desk, act, alerts
from tthc.domain.accounts import Actor, Role
from tthc.domain.answering import AlertWithdrawnError, AnswerKind, SnoozeRefusedError
from tthc.domain.ladder import AlertKind
from tthc.domain.lifecycle import Action
from tthc.domain.scope import EVERYTHING
from tthc.services.alerts import route_page
from tthc.services.answers import Snooze, acknowledge_alert, snooze_alert
from tthc.services.overdue import sweep_page
from tthc.storage.queries.alerts import raise_due_moved
from tthc.storage.tables.accounts import User
from tthc.storage.tables.alerts import Alert
from tthc.storage.tables.answers import AlertAnswer


@pytest.fixture
def dossier(session):
    """Due on Thursday 5 March 2026: late by 1 on the 6th, by 3 on the 10th, by 5 on the 12th."""
    a_staffed_desk(session)
    return a_late_dossier(session)


@pytest.fixture
def officer(session, dossier):
    return an_actor(session, "officer")


def an_actor(session, username):
    user_id = session.scalars(select(User.id).where(User.username == username)).one()
    return Actor(user_id, username, frozenset({Role.OFFICER}), EVERYTHING)


def on(day, hour=10):
    """An hour of a day of March 2026, as LATE is 10:00 on the 6th."""
    return LATE + timedelta(days=day - 6, hours=hour - 10)


def rungs(session):
    about_due = Alert.kind.in_((AlertKind.DUE, AlertKind.NOTICE))
    return list(session.scalars(select(Alert.rung).where(about_due).order_by(Alert.id)))


def told(session, *days):
    """The rungs raised so far, after a sweep each hour of these days."""
    for day in days:
        for hour in range(24):
            sweep_page(session, now=on(day, hour))
    return rungs(session)


def newest(session):
    return alerts(session)[-1].id


def test_an_acknowledgement_keeps_the_like_rungs_quiet_and_a_higher_one_is_told(session, officer):
    assert told(session, 6) == ["late_1"]
    acknowledge_alert(session, newest(session), officer, now=on(6, 15))
    assert told(session, *range(7, 12)) == ["late_1"]
    assert told(session, *range(12, 19)) == ["late_1", "late_5"]
    assert told(session, *range(19, 25)) == ["late_1", "late_5", "late_10"]


def test_who_acknowledged_before_the_due_day_does_not_keep_it_from_the_manager(session, officer):
    assert told(session, 3) == ["due_in_2"]
    acknowledge_alert(session, newest(session), officer, now=on(3, 15))
    assert told(session, 4, 5) == ["due_in_2"]
    assert told(session, 6) == ["due_in_2", "late_1"]


def test_without_an_answer_every_rung_is_told(session, dossier):
    assert told(session, *range(6, 13)) == ["late_1", "late_3", "late_5"]


def test_a_snooze_holds_every_rung_until_its_day_and_then_the_highest_is_told_once(
    session, officer
):
    assert told(session, 6) == ["late_1"]
    snooze_alert(session, newest(session), Snooze("Chờ", date(2026, 3, 13)), officer, now=on(6))
    assert told(session, *range(7, 13)) == ["late_1"]
    assert told(session, 13) == ["late_1", "late_5"]


def test_a_snooze_goes_before_an_earlier_acknowledgement_and_ends_it(session, officer):
    told(session, 6)
    acknowledge_alert(session, newest(session), officer, now=on(6))
    snooze_alert(session, newest(session), Snooze("Chờ", date(2026, 3, 10)), officer, now=on(6))
    assert told(session, 7, 8, 9) == ["late_1"]
    assert told(session, 10) == ["late_1", "late_3"]


def test_an_acknowledgement_ends_an_earlier_snooze(session, officer):
    told(session, 6)
    snooze_alert(session, newest(session), Snooze("Chờ", date(2026, 3, 13)), officer, now=on(6))
    acknowledge_alert(session, newest(session), officer, now=on(9))
    assert told(session, 10, 11, 12) == ["late_1", "late_5"]


def test_another_due_date_is_told_whatever_was_answered_before(session, dossier, officer):
    told(session, 3)
    acknowledge_alert(session, newest(session), officer, now=on(3, 15))
    parked = {"reason": "Thiếu", "papers": ("A",)}
    act(session, dossier.code, Action.REQUEST_SUPPLEMENT, now=on(4), **parked)
    act(session, dossier.code, Action.TAKE_SUPPLEMENT, now=on(5))
    assert told(session, *range(5, 8)) == ["due_in_2", "due_in_2"]


def test_a_notice_keeps_no_rung_quiet_and_cannot_be_snoozed(session, dossier, officer):
    raise_due_moved(session, [dossier.id], now=on(3))
    notice = newest(session)
    acknowledge_alert(session, notice, officer, now=on(3))
    assert told(session, 3) == ["due_moved", "due_in_2"]
    with pytest.raises(SnoozeRefusedError) as refused:
        snooze_alert(session, notice, Snooze("Chờ", date(2026, 3, 4)), officer, now=on(3))
    assert refused.value.details == {"rule": "notice"}


def test_a_second_acknowledgement_by_anybody_answers_the_first(session, officer):
    told(session, 6)
    first = acknowledge_alert(session, newest(session), officer, now=on(6, 11))
    manager = an_actor(session, "manager")
    assert acknowledge_alert(session, first.id, manager, now=on(6, 14)) == first
    assert (first.acknowledged_by, first.acknowledged_at) == ("officer", on(6, 11))
    assert len(session.scalars(select(AlertAnswer)).all()) == 1


def test_how_long_it_took_is_kept_in_working_minutes_of_the_unit(session, officer):
    sweep_page(session, now=on(6, 16))
    route_page(session, now=on(6, 16))
    acknowledge_alert(session, newest(session), officer, now=on(9, 8))
    [answer] = session.scalars(select(AlertAnswer))
    assert (answer.routed_at, answer.at, answer.minutes) == (on(6, 16), on(9, 8), 90)


def test_who_answers_before_anybody_was_told_took_no_time(session, officer):
    told(session, 6)
    acknowledge_alert(session, newest(session), officer, now=on(6))
    [answer] = session.scalars(select(AlertAnswer))
    assert (answer.routed_at, answer.minutes) == (None, None)


def test_outside_the_calendar_no_minutes_are_kept(session, officer):
    sweep_page(session, now=on(6))
    route_page(session, now=on(6))
    acknowledge_alert(session, newest(session), officer, now=LATE.replace(year=2099))
    [answer] = session.scalars(select(AlertAnswer))
    assert answer.minutes is None


def test_what_was_taken_back_is_not_answered(session, dossier, officer):
    sweep_page(session, now=on(6))
    act(session, dossier.code, Action.FINISH, now=on(6))
    route_page(session, now=on(6))
    with pytest.raises(AlertWithdrawnError):
        acknowledge_alert(session, newest(session), officer, now=on(6))
    with pytest.raises(AlertWithdrawnError):
        snooze_alert(session, newest(session), Snooze("Chờ", date(2026, 3, 9)), officer, now=on(6))


def test_the_database_takes_one_acknowledgement_of_an_alert(session, officer):
    told(session, 6)
    for _ in range(2):
        session.add(
            AlertAnswer(
                alert_id=newest(session),
                kind=AnswerKind.ACKNOWLEDGE,
                user_id=officer.user_id,
                at=on(6),
            )
        )
    with pytest.raises(IntegrityError, match="acknowledged_once"):
        session.flush()


def test_a_snooze_lasts_five_working_days_at_most(session, officer):
    told(session, 6)
    day = date(2026, 3, 13)
    snoozed = snooze_alert(session, newest(session), Snooze("Chờ", day), officer, now=on(6))
    assert snoozed.snoozed_until == day
    later = Snooze("Chờ", day + timedelta(days=1))
    with pytest.raises(SnoozeRefusedError) as refused:
        snooze_alert(session, newest(session), later, officer, now=on(6))
    assert refused.value.details["last"] == "2026-03-13"


def test_two_who_acknowledge_at_once_get_one_answer(committed_sessions):
    with committed_sessions.begin() as session:
        a_staffed_desk(session)
        a_late_dossier(session)
        sweep_page(session, now=LATE)
        alert_id = newest(session)
        people = [an_actor(session, name) for name in ("officer", "manager")] * 3

    def acknowledge(actor):
        with committed_sessions.begin() as session:
            return acknowledge_alert(session, alert_id, actor, now=LATE)

    with ThreadPoolExecutor(len(people)) as desks:
        given = set(desks.map(acknowledge, people))
    assert len(given) == 1
    with committed_sessions.begin() as session:
        assert len(session.scalars(select(AlertAnswer)).all()) == 1
