"""The sweep: every crossing once, on the highest rung, whenever it runs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests import make
from tests.jobs.alerting import LATE, act
from tthc.domain.ladder import AlertKind
from tthc.domain.lifecycle import Action
from tthc.jobs.sweeping import sweep
from tthc.services.overdue import sweep_page
from tthc.storage.queries.alerts import IS_STALE
from tthc.storage.tables.alerts import Alert
from tthc.storage.tables.dossiers import Dossier


@pytest.fixture
def dossier(session):
    """Received on Monday 2 March, due on Thursday 5 March 2026."""
    make.a_desk(session)
    return make.a_dossier(session)


def rungs(session, kind=AlertKind.DUE):
    return list(session.scalars(select(Alert.rung).where(Alert.kind == kind).order_by(Alert.id)))


def test_day_by_day_each_rung_is_told_once(session, dossier):
    for hour in range(24 * 8):
        sweep_page(session, now=make.NOW + timedelta(hours=hour))
    assert rungs(session) == ["due_in_2", "due_in_1", "due_today", "late_1", "late_3"]


def test_after_a_silent_week_only_the_highest_rung_is_told(session, dossier):
    sweep_page(session, now=make.NOW + timedelta(days=8))
    assert rungs(session) == ["late_3"]


@pytest.mark.parametrize("action", [Action.FINISH, Action.WITHDRAW, Action.STOP])
def test_who_has_ended_is_not_told(session, dossier, action):
    act(session, dossier.code, Action.HAND_OVER)
    act(session, dossier.code, action, reason="Lý do")
    assert sweep_page(session, now=LATE).raised == 0


def test_a_stopped_clock_is_not_told_and_a_new_due_date_is_told_anew(session, dossier):
    sweep_page(session, now=make.NOW + timedelta(days=1))
    reason = {"reason": "Thiếu", "papers": ("A",)}
    act(
        session, dossier.code, Action.REQUEST_SUPPLEMENT, now=make.NOW + timedelta(days=1), **reason
    )
    assert sweep_page(session, now=LATE).raised == 0
    act(session, dossier.code, Action.TAKE_SUPPLEMENT, now=LATE)
    session.flush()
    assert dossier.due_version == 2
    sweep_page(session, now=LATE + timedelta(days=10))
    told = select(Alert.due_version, Alert.rung).where(Alert.kind == AlertKind.DUE)
    versions = session.execute(told.order_by(Alert.id)).all()
    assert [tuple(row) for row in versions] == [(1, "due_in_2"), (2, "late_3")]


def test_an_extension_moves_the_alerts_with_the_due_date(session, dossier):
    act(
        session,
        dossier.code,
        Action.EXTEND,
        reason="Xin lỗi",
        responsible_unit=make.TAN_LAC,
        new_due_on=date(2026, 3, 20),
    )
    assert sweep_page(session, now=LATE).raised == 0


def test_a_limit_in_hours_is_told_to_be_late_within_the_hour(session, dossier):
    an_hour = {"procedure_code": "2.001159", "now": make.NOW}  # due at 11:00
    make.a_dossier(session, **an_hour)
    assert sweep_page(session, now=make.NOW + timedelta(minutes=59)).raised == 1
    sweep_page(session, now=make.NOW + timedelta(minutes=61))
    sweep_page(session, now=make.NOW + timedelta(minutes=62))
    assert rungs(session) == ["due_today", "late_1"]


def test_late_and_then_stopped_is_told_once_and_stays_told(session, dossier):
    parked = {"reason": "Thiếu", "papers": ("A",)}
    act(session, dossier.code, Action.REQUEST_SUPPLEMENT, now=LATE, **parked)
    for days in range(9):
        sweep_page(session, now=LATE + timedelta(days=days))
    assert rungs(session) == ["late_1"]
    assert not session.scalar(select(IS_STALE).join(Alert, Alert.dossier_id == Dossier.id))


def test_three_sweeps_at_once_tell_everybody_once(committed_sessions):
    with committed_sessions.begin() as session:
        make.a_desk(session)
        for _ in range(40):
            make.a_dossier(session)
    with ThreadPoolExecutor(3) as beats:
        jobs = [
            beats.submit(sweep, committed_sessions, clock=lambda: LATE, size=7) for _ in range(3)
        ]
        assert sum(job.result().raised for job in jobs) == 40
    with committed_sessions.begin() as session:
        assert len(set(session.scalars(select(Alert.dossier_id)))) == len(rungs(session)) == 40
