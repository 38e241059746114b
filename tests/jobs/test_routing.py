"""Raised alerts find the people who have to hear of them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from tests import make
from tests.jobs.alerting import (
    LATE,
    a_late_dossier,
    a_staffed_desk,
    act,
    alerts,
    deliveries,
    raise_and_route,
    somebody,
)
from tests.make import MUONG_BI, PROVINCE, TAN_LAC
from tests.services.counting import counted_statements
from tthc.domain.accounts import Role
from tthc.domain.lifecycle import Action
from tthc.jobs.delivering import RouteReport, route_all
from tthc.jobs.sweeping import SweepReport, sweep
from tthc.services.accounts import disable_user
from tthc.storage.tables.accounts import User
from tthc.storage.tables.alerts import DeliveryStatus
from tthc.storage.tables.webhooks import Webhook


def told(session):
    names = {user.id: user.username for user in session.scalars(select(User))}
    return sorted(names.get(delivery.user_id, "nobody") for delivery in deliveries(session))


def routed(session, sessions, clock, at=LATE):
    session.commit()
    clock.at = at
    raise_and_route(sessions, clock)
    return told(session)


def test_the_first_day_late_is_told_to_officer_and_manager(session, sessions, clock):
    a_staffed_desk(session)
    a_late_dossier(session)
    assert routed(session, sessions, clock) == ["manager", "officer"]
    [alert] = alerts(session)
    assert (alert.rung, alert.routed_at, alert.unit_code) == ("late_1", LATE, TAN_LAC)


def test_before_the_due_day_only_the_officer_hears(session, sessions, clock):
    a_staffed_desk(session)
    a_late_dossier(session)
    assert routed(session, sessions, clock, datetime(2026, 3, 4, 3, 0, tzinfo=UTC)) == ["officer"]


def test_ten_days_late_the_province_hears_too(session, sessions, clock):
    a_staffed_desk(session)
    somebody(session, "province", (Role.PROVINCE_VIEWER, PROVINCE))
    a_late_dossier(session)
    heard = routed(session, sessions, clock, datetime(2026, 4, 1, 3, 0, tzinfo=UTC))
    assert [alert.rung for alert in alerts(session)] == ["late_10", "unapologised_2"]
    assert heard == ["manager", "manager", "officer", "province"]


@pytest.mark.parametrize(
    ("officer", "expected"),
    [(None, ["manager"]), ("unknown", ["manager"]), ("officer", ["manager", "officer"])],
)
def test_without_an_officer_the_next_step_up_hears(session, sessions, clock, officer, expected):
    a_staffed_desk(session)
    a_late_dossier(session, officer=officer)
    assert routed(session, sessions, clock) == expected


def test_an_officer_without_address_or_disabled_counts_as_absent(session, sessions, clock):
    make.a_desk(session)
    somebody(session, "officer", (Role.OFFICER, TAN_LAC), mail=False)
    somebody(session, "manager", (Role.MANAGER, TAN_LAC))
    somebody(session, "province", (Role.PROVINCE_VIEWER, PROVINCE))
    disable_user(session, "manager", now=make.NOW)
    a_late_dossier(session)
    assert routed(session, sessions, clock) == ["province"]


def test_where_nobody_is_a_parked_delivery_says_so(session, sessions, clock):
    make.a_desk(session)
    somebody(session, "elsewhere", (Role.MANAGER, MUONG_BI))
    a_late_dossier(session)
    assert routed(session, sessions, clock) == ["nobody"]
    [delivery] = deliveries(session)
    assert (delivery.status, delivery.last_error) == (DeliveryStatus.PARKED, "no_recipient")


def test_a_dossier_that_ended_meanwhile_is_not_routed(session, sessions, clock):
    a_staffed_desk(session)
    dossier = a_late_dossier(session)
    session.commit()
    sweep(sessions, clock=clock)
    act(session, dossier.code, Action.FINISH, now=LATE)
    session.commit()
    assert route_all(sessions, clock=clock) == RouteReport(withdrawn=1)
    assert deliveries(session) == []
    assert [alert.withdrawn_at for alert in alerts(session)] == [LATE]


def test_sweeping_and_routing_twice_does_nothing_new(session, sessions, clock):
    a_staffed_desk(session)
    a_late_dossier(session)
    assert len(routed(session, sessions, clock)) == 2
    assert sweep(sessions, clock=clock) == SweepReport(raised=0, pages=1)
    assert route_all(sessions, clock=clock) == RouteReport()
    assert len(deliveries(session)) == 2


def test_pages_add_up(session, sessions, clock):
    a_staffed_desk(session)
    for _ in range(5):
        a_late_dossier(session)
    session.commit()
    assert sweep(sessions, clock=clock, size=2) == SweepReport(raised=5, pages=3)
    assert route_all(sessions, clock=clock, size=2).routed == 5
    assert len(deliveries(session)) == 10


def test_a_missed_week_is_caught_up_by_one_alert_on_the_highest_rung(session, sessions, clock):
    a_staffed_desk(session)
    a_late_dossier(session)
    routed(session, sessions, clock, datetime(2026, 3, 13, 3, 0, tzinfo=UTC))
    assert [alert.rung for alert in alerts(session)] == ["late_5", "unapologised_2"]


def test_a_webhook_hears_of_its_unit_and_those_below(session, sessions, clock):
    a_staffed_desk(session)
    for number, unit in enumerate((None, PROVINCE, TAN_LAC, MUONG_BI)):
        url = f"https://system-{number}.example.org/alerts"
        session.add(Webhook(url=url, secret="s", unit_code=unit, created_at=LATE))
    off = "https://off.example.org/"
    session.add(Webhook(url=off, secret="s", is_active=False, created_at=LATE))
    a_late_dossier(session)
    routed(session, sessions, clock)
    called = {d.webhook_id for d in deliveries(session) if d.channel == "webhook"}
    units = {w.unit_code for w in session.scalars(select(Webhook)) if w.id in called}
    assert units == {None, PROVINCE, TAN_LAC}
    assert len(called) == 3


def test_routing_a_page_takes_few_statements(session, sessions, clock):
    a_staffed_desk(session)
    for _ in range(20):
        a_late_dossier(session)
    session.commit()
    sweep(sessions, clock=clock)
    with counted_statements(session) as seen:
        route_all(sessions, clock=clock)
    assert len(seen) <= 10, seen
