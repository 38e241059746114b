"""Alerts of whoever is away go to a deputy, and on the day back to them again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.jobs.alerting import (
    LATE,
    a_late_dossier,
    a_post,
    a_staffed_desk,
    deliveries,
    raise_and_route,
    somebody,
)
from tests.make import MUONG_BI, PROVINCE, TAN_LAC
from tthc.domain.absences import AbsenceOverlapsError, AbsenceRefusedError
from tthc.domain.accounts import Role
from tthc.domain.errors import NotFoundError
from tthc.jobs.delivering import deliver_all, route_all
from tthc.services.absences import NewAbsence, cancel_absence, list_absences, record_absence
from tthc.services.accounts import disable_user, find_account

FRIDAY = date(2026, 3, 6)


@pytest.fixture(autouse=True)
def desk(session):
    a_staffed_desk(session)
    somebody(session, "deputy", (Role.OFFICER, TAN_LAC))
    somebody(session, "neighbour", (Role.MANAGER, MUONG_BI))
    somebody(session, "admin", (Role.ADMINISTRATOR, None))
    a_late_dossier(session)
    session.commit()


@pytest.fixture
def away(session):
    def record(username="officer", since=FRIDAY, days=1, deputy=None, by=None):
        new = NewAbsence(username, since, since + timedelta(days), deputy)
        row = record_absence(session, new, find_account(session, by or username), now=LATE)
        session.commit()
        return row

    return record


@pytest.fixture
def heard(sessions, clock, inbox):
    def hear(at=LATE):
        clock.at = at
        raise_and_route(sessions, clock)
        deliver_all(a_post(sessions, inbox, clock))
        route_all(sessions, clock=clock)
        deliver_all(a_post(sessions, inbox, clock))
        return [address.partition("@")[0] for address in inbox.addresses]

    return hear


def test_a_deputy_hears_in_the_place_of_whoever_is_away(away, heard):
    away(deputy="deputy")
    assert heard() == ["deputy", "manager"]


def test_without_a_deputy_the_next_step_up_hears_as_for_a_vacant_post(away, heard):
    away()
    assert heard() == ["manager"]


def test_before_and_after_these_days_nobody_stands_in(away, heard):
    away(since=FRIDAY + timedelta(1), days=3, deputy="deputy")
    assert heard() == ["manager", "officer"]


def test_who_is_away_when_the_mail_would_leave_is_replaced_then(
    away, heard, sessions, clock, session
):
    raise_and_route(sessions, clock)
    away(deputy="deputy")
    assert heard() == ["deputy", "manager"]
    assert len({d.user_id for d in deliveries(session)}) == 3


def test_who_comes_back_early_hears_again(session, away, heard):
    absence = away(deputy="deputy")
    cancel_absence(session, absence.id, find_account(session, "officer"), now=LATE)
    session.commit()
    assert heard() == ["manager", "officer"]


def test_a_deputy_who_cannot_be_reached_counts_as_none(session, away, heard):
    away(deputy="deputy")
    disable_user(session, "deputy", now=LATE)
    session.commit()
    assert heard() == ["manager"]


def test_a_deputy_sees_the_alerts_of_the_same_units(session, away):
    somebody(session, "desk", (Role.INTEGRATOR, TAN_LAC))
    somebody(session, "province", (Role.PROVINCE_VIEWER, PROVINCE))
    for deputy in ("neighbour", "desk", "officer", "admin"):
        with pytest.raises(AbsenceRefusedError) as refused:
            away(deputy=deputy)
        assert refused.value.details["rule"] == "deputy"
    away(deputy="province")


def test_who_leads_the_unit_or_administers_may_say_it_and_others_may_not(session, away):
    for other in ("deputy", "neighbour"):
        with pytest.raises(NotFoundError):
            away(by=other)
    first = away(by="manager")
    for other in ("deputy", "neighbour"):
        with pytest.raises(NotFoundError):
            cancel_absence(session, first.id, find_account(session, other), now=LATE)
    cancel_absence(session, first.id, find_account(session, "manager"), now=LATE)
    away(by="admin")


def test_each_sees_their_own_and_those_of_the_units_they_lead(session, away):
    away(deputy="deputy")
    away("neighbour")

    def seen(name):
        return [a.username for a in list_absences(session, find_account(session, name), now=LATE)]

    assert seen("admin") == ["officer", "neighbour"]
    assert seen("manager") == seen("officer") == ["officer"]
    assert seen("deputy") == []
    late = LATE + timedelta(days=1)
    assert list_absences(session, find_account(session, "admin"), now=late) == []


def test_the_same_days_are_said_once(session, away):
    first = away(days=5)
    with pytest.raises(AbsenceOverlapsError):
        away(since=FRIDAY + timedelta(4))
    away(since=FRIDAY + timedelta(5))
    cancel_absence(session, first.id, find_account(session, "officer"), now=LATE)
    with pytest.raises(NotFoundError):
        cancel_absence(session, first.id, find_account(session, "officer"), now=LATE)
    away()


def test_a_chair_hears_from_the_fifth_day_on(session, heard):
    somebody(session, "chair", (Role.CHAIR, TAN_LAC))
    session.commit()
    assert heard(LATE + timedelta(days=6)) == []
    later = LATE + timedelta(days=6, minutes=2)
    assert heard(later) == ["chair", "manager", "officer"]
