"""The report on alerts equals a count of the rows by hand, from every moment and scope."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from statistics import median_low

import pytest
from sqlalchemy import select

from tests.jobs.alerting import (
    LATE,
    Clock,
    Inbox,
    a_late_dossier,
    a_post,
    a_staffed_desk,
    raise_and_route,
    somebody,
)
from tests.make import MUONG_BI, TAN_LAC
from tests.services.test_answers import an_actor
from tests.services.test_statements import counted
from tthc.domain.accounts import Role
from tthc.domain.dossier import Details
from tthc.domain.lifecycle import Action, Status
from tthc.domain.scope import EVERYTHING, Scope
from tthc.jobs.delivering import deliver_all
from tthc.services.alert_people import measure_people
from tthc.services.alert_quality import measure_alerts
from tthc.services.answers import Snooze, acknowledge_alert, snooze_alert
from tthc.services.dossiers import Command, act_on_dossier
from tthc.services.metrics import make_period
from tthc.storage.tables.accounts import User
from tthc.storage.tables.alerts import Alert, Delivery, DeliveryStatus
from tthc.storage.tables.answers import AlertAnswer
from tthc.storage.tables.dossiers import Dossier, DossierEvent

BEGIN = LATE - timedelta(days=4)
END = LATE + timedelta(days=20)
PERSONAL = ("told", "acknowledged", "acted_on", "saved")
COUNTS = ("raised", "delivered", "acknowledged", "snoozed", "saved", "unreachable")

__all__ = ["counted"]


@pytest.fixture
def lived(session, sessions):
    """Three weeks of two communes and nobody's dossiers, answered and finished at random."""
    chance, clock, inbox = Random("alerts"), Clock(BEGIN), Inbox()
    a_staffed_desk(session)
    units = [(TAN_LAC, "officer"), (MUONG_BI, None)]
    for number in range(24):
        unit, officer = units[number % 2]
        a_late_dossier(session, officer=officer, resolving_unit=unit)
    session.commit()
    while clock.at < END:
        raise_and_route(sessions, clock)
        deliver_all(a_post(sessions, inbox, clock))
        clock.forward(hours=chance.randrange(3, 30))
        _answer(session, chance, clock)
        _finish(session, chance, clock)
        session.commit()
    return chance


def _answer(session, chance, clock):
    actor = an_actor(session, "officer")
    waiting = session.scalars(select(Alert).where(Alert.withdrawn_at.is_(None))).all()
    for alert in waiting:
        if chance.random() < 0.1:
            acknowledge_alert(session, alert.id, actor, now=clock.at)
        elif chance.random() < 0.03:
            until = (clock.at + timedelta(days=2)).date()
            snooze_alert(session, alert.id, Snooze("Chờ", until), actor, now=clock.at)


def _finish(session, chance, clock):
    running = select(Dossier.code).where(Dossier.status == Status.PROCESSING)
    for code in session.scalars(running.order_by(Dossier.id)).all():
        if chance.random() < 0.1:
            order = (Action.FINISH, Command(Details()))
            by = an_actor(session, chance.choice(["officer", "manager"]))
            actor = replace(by, scope=EVERYTHING)
            act_on_dossier(session, code, order, actor, now=clock.at)


def by_hand(session, period, covers):
    """The same counts, row by row."""
    session.expire_all()
    dossiers = {row.id: row for row in session.scalars(select(Dossier))}
    deliveries, answers = defaultdict(list), defaultdict(list)
    for row in session.scalars(select(Delivery)):
        deliveries[row.alert_id].append(row)
    for row in session.scalars(select(AlertAnswer)):
        if row.at < period.at:
            answers[row.alert_id].append(row)
    found = defaultdict(lambda: (defaultdict(int), []))
    for alert in session.scalars(select(Alert)):
        if not period.since <= alert.raised_at < period.at or not covers(alert.unit_code):
            continue
        counts, minutes = found[alert.unit_code, alert.rung]
        dossier, sent = dossiers[alert.dossier_id], deliveries[alert.id]
        kinds = {row.kind.value for row in answers[alert.id]}
        counts["raised"] += 1
        counts["delivered"] += any(row.sent_at and row.sent_at < period.at for row in sent)
        counts["acknowledged"] += "acknowledge" in kinds
        counts["snoozed"] += "snooze" in kinds
        finished = dossier.finished_at
        done = finished is not None and alert.raised_at <= finished < period.at
        counts["saved"] += done and finished < dossier.overdue_at
        counts["unreachable"] += any(
            row.status is DeliveryStatus.PARKED and row.last_error == "no_recipient" for row in sent
        )
        minutes += [
            row.minutes
            for row in answers[alert.id]
            if row.kind.value == "acknowledge" and row.minutes is not None
        ]
    return found


def test_every_count_equals_a_count_by_hand(session, lived):
    seen = set()
    for _ in range(20):
        since = date(2026, 3, 1) + timedelta(days=lived.randrange(20))
        until = since + timedelta(days=lived.randrange(1, 25))
        as_of = LATE + timedelta(hours=lived.randrange(400))
        if as_of.date() <= since:
            continue
        period = make_period(since, until, as_of)
        for scope in (EVERYTHING, Scope(units=frozenset({MUONG_BI}))):
            sheet = measure_alerts(session, period, scope, as_of=as_of)
            expected = by_hand(session, period, scope.covers)
            assert len(sheet.rows) == len(expected)
            for row in sheet.rows:
                counts, minutes = expected[row.unit.code if row.unit else None, row.rung]
                told = {name: getattr(row.counts, name) for name in COUNTS}
                assert told == {name: counts[name] for name in COUNTS}
                assert sorted(row.counts.minutes) == sorted(minutes)
                assert row.counts.median == (median_low(minutes) if minutes else None)
                seen |= {name for name, count in told.items() if count}
    assert seen == set(COUNTS)


def test_it_costs_three_statements(session, counted):
    """Reference data, counts, newest event."""
    period = make_period(date(2026, 3, 1), date(2026, 4, 1), END)
    with counted() as seen:
        assert measure_alerts(session, period, EVERYTHING, as_of=END).rows == []
    assert len(seen) == 3, seen


def people_by_hand(session, period, covers):
    """What people were told and did, row by row."""
    session.expire_all()
    names = {user.id: user.username for user in session.scalars(select(User))}
    alerts = {row.id: row for row in session.scalars(select(Alert))}
    dossiers = {row.id: row for row in session.scalars(select(Dossier))}
    answers, events = list(session.scalars(select(AlertAnswer))), defaultdict(list)
    for event in session.scalars(select(DossierEvent)):
        events[event.dossier_id].append(event)
    told = {}
    for row in session.scalars(select(Delivery).order_by(Delivery.sent_at.desc())):
        if row.user_id and row.sent_at and row.sent_at < period.at:
            told[row.alert_id, row.user_id] = row.sent_at
    found = defaultdict(lambda: [0, 0, 0, 0])
    for (alert_id, user_id), told_at in told.items():
        alert = alerts[alert_id]
        if not period.since <= alert.raised_at < period.at or not covers(alert.unit_code):
            continue
        counts, dossier = found[alert.unit_code, names[user_id]], dossiers[alert.dossier_id]
        counts[0] += 1
        counts[1] += any(
            (a.alert_id, a.user_id, a.kind.value) == (alert_id, user_id, "acknowledge")
            and a.at < period.at
            for a in answers
        )
        counts[2] += any(
            e.actor == names[user_id] and told_at <= e.recorded_at < period.at
            for e in events[dossier.id]
        )
        finished = dossier.finished_at
        done = finished is not None and alert.raised_at <= finished < period.at
        counts[3] += done and finished < dossier.overdue_at
    return found


def test_what_people_were_told_and_did_equals_a_count_by_hand(session, lived):
    total = [0, 0, 0, 0]
    for _ in range(12):
        since = date(2026, 3, 1) + timedelta(days=lived.randrange(15))
        as_of = LATE + timedelta(hours=lived.randrange(200, 400))
        period = make_period(since, date(2026, 4, 1), as_of)
        for scope in (EVERYTHING, Scope(units=frozenset({TAN_LAC}))):
            sheet = measure_people(session, period, scope, as_of=as_of)
            got = {
                (row.unit.code, row.username): [getattr(row.counts, name) for name in PERSONAL]
                for row in sheet.rows
            }
            assert got == people_by_hand(session, period, scope.covers)
            for counts in got.values():
                total = [a + b for a, b in zip(total, counts, strict=True)]
    assert min(total) > 0, total


def test_who_should_hear_and_has_no_address_is_named_within_the_scope(session):
    a_staffed_desk(session)
    somebody(session, "mute", (Role.OFFICER, TAN_LAC), (Role.MANAGER, MUONG_BI), mail=False)
    somebody(session, "integrator", (Role.INTEGRATOR, TAN_LAC), mail=False)
    period = make_period(date(2026, 3, 1), date(2026, 4, 1), END)

    def named(scope):
        sheet = measure_people(session, period, scope, as_of=END)
        return [(one.unit_code, one.username, one.role) for one in sheet.unreachable]

    here = (TAN_LAC, "mute", Role.OFFICER)
    assert named(EVERYTHING) == [here, (MUONG_BI, "mute", Role.MANAGER)]
    assert named(Scope(units=frozenset({TAN_LAC}))) == [here]


def test_units_come_in_order_and_their_rungs_as_the_ladder_rises(session, lived):
    period = make_period(date(2026, 3, 1), date(2026, 4, 1), END)
    rows = measure_alerts(session, period, EVERYTHING, as_of=END).rows
    ladder = ["due_in_2", "due_in_1", "due_today", "late_1", "late_3", "late_5", "late_10"]
    ladder += ["uncollected_5", "uncollected_20", "unapologised_2"]
    keys = [(row.unit.code, ladder.index(row.rung)) for row in rows]
    assert keys == sorted(keys)
    assert len({unit for unit, _ in keys}) == 2
