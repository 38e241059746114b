"""How much waits, how much is stuck, and how long ago somebody looked."""

from __future__ import annotations

import math
from datetime import timedelta

from tests import make
from tests.jobs.alerting import (
    LATE,
    Clock,
    Inbox,
    a_late_dossier,
    a_post,
    a_staffed_desk,
    alerts,
)
from tests.jobs.noticing import a_told_dossier, notices
from tests.make import MUONG_BI
from tthc.jobs.delivering import deliver_all, route_all
from tthc.jobs.sweeping import sweep
from tthc.services.slots import claim_slot, finish_slot
from tthc.services.watch import SILENT_AFTER, SWEEP_TASK, outbox_gauges, watchers
from tthc.storage.tables.alerts import DeliveryStatus


def figures(session, now=LATE):
    session.commit()
    return {
        name.removeprefix("tthc_"): value for name, value in outbox_gauges(session, now=now).items()
    }


def test_an_alert_is_counted_where_it_stands(session, sessions):
    clock = Clock()
    a_staffed_desk(session)
    a_late_dossier(session)
    a_late_dossier(session, officer=None, resolving_unit=MUONG_BI)
    session.commit()
    sweep(sessions, clock=clock)
    assert len(alerts(session)) == 2
    assert figures(session)["alerts_unrouted"] == 2
    route_all(sessions, clock=clock)
    seen = figures(session)
    assert (seen["alerts_unrouted"], seen["deliveries_waiting"]) == (0, 2)
    assert seen["deliveries_parked"] == 1, "nobody hears of the second"
    deliver_all(a_post(sessions, Inbox(), clock))
    assert figures(session)["deliveries_waiting"] == 0


def test_a_citizen_notice_is_counted_until_it_leaves(session):
    make.a_desk(session)
    a_told_dossier(session)
    a_told_dossier(session)
    seen = figures(session)
    assert (seen["notices_waiting"], seen["notices_parked"]) == (2, 0)
    first, second = notices(session)
    first.status, second.status = DeliveryStatus.PARKED, DeliveryStatus.SENT
    seen = figures(session)
    assert (seen["notices_waiting"], seen["notices_parked"]) == (0, 1)


def test_a_sweep_that_never_ended_was_for_ever_ago(session):
    assert figures(session)["sweep_age_seconds"] == math.inf
    claim_slot(session, SWEEP_TASK, LATE, now=LATE)
    assert figures(session)["sweep_age_seconds"] == math.inf


def test_the_age_of_a_sweep_counts_from_its_end(session):
    claim_slot(session, SWEEP_TASK, LATE, now=LATE)
    finish_slot(session, SWEEP_TASK, LATE, now=LATE + timedelta(seconds=3))
    assert figures(session, LATE + timedelta(seconds=63))["sweep_age_seconds"] == 60


def test_who_ended_no_turn_for_five_minutes_is_silent(session):
    assert watchers(session, now=LATE) == {"sweep": False, "relay": False, "calendar": False}
    claim_slot(session, SWEEP_TASK, LATE, now=LATE)
    finish_slot(session, SWEEP_TASK, LATE, now=LATE)
    assert watchers(session, now=LATE + SILENT_AFTER) == {
        "sweep": True,
        "relay": False,
        "calendar": False,
    }
    assert not watchers(session, now=LATE + SILENT_AFTER + timedelta(seconds=1))["sweep"]


def test_a_calendar_that_ends_soon_is_told_two_months_ahead(session):
    a_staffed_desk(session)  # its last year is 2027
    early = LATE.replace(year=2027, month=11, day=1)
    assert watchers(session, now=early)["calendar"]
    assert not watchers(session, now=early + timedelta(days=1))["calendar"]
    assert figures(session, early)["calendar_days_left"] == 60


def test_without_a_calendar_none_is_looked_after(session):
    assert not watchers(session, now=LATE)["calendar"]
