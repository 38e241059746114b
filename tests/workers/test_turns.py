"""A task does its work once a turn, however often it is rung; a lost turn is caught up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.jobs.alerting import LATE, a_late_dossier, a_staffed_desk, alerts
from tthc.domain.idempotency import KeyOwner
from tthc.services.idempotency import KEPT_FOR, KeptAnswer, keep_answer
from tthc.services.slots import ABANDONED_AFTER, claim_slot, last_finished, slot_at
from tthc.services.watch import SWEEP_TASK
from tthc.storage.tables.accounts import User
from tthc.storage.tables.alerts import TaskSlot
from tthc.storage.tables.idempotency import IdempotencyAnswer
from workers.housekeeping import PURGE
from workers.overdue import SWEEP
from workers.schedule import TASKS
from workers.turns import Periodic, take_turn


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_a_task_rung_twice_works_once_a_turn(session, app, clock, task):
    a_staffed_desk(session)
    session.commit()
    run = app.tasks[task.name]
    assert run()
    assert not run()
    clock.at += task.period
    assert run()


def test_a_task_rung_a_thousand_times_has_one_effect(session, app):
    a_staffed_desk(session)
    a_late_dossier(session)
    session.commit()
    assert sum(app.tasks[SWEEP_TASK]() for _ in range(1_000)) == 1
    assert len(alerts(session)) == 1
    assert last_finished(session, SWEEP_TASK) == LATE


def test_a_worker_killed_after_its_claim_blocks_nobody(session, app, clock):
    a_staffed_desk(session)
    a_late_dossier(session)
    claim_slot(session, SWEEP_TASK, slot_at(LATE, SWEEP.period), now=LATE)
    session.commit()
    assert not app.tasks[SWEEP_TASK]()
    clock.forward(minutes=1)
    assert app.tasks[SWEEP_TASK]()
    assert len(alerts(session)) == 1


def test_a_task_that_fails_leaves_its_turn_open(session, doors, clock):
    calls = []

    def fail_once(_doors):
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError("broken off")

    task = Periodic("test.failing", timedelta(hours=1), fail_once)
    with pytest.raises(RuntimeError):
        take_turn(doors, task)
    assert last_finished(session, task.name) is None
    clock.at += ABANDONED_AFTER + timedelta(seconds=1)
    assert take_turn(doors, task)
    assert last_finished(session, task.name) == clock.at


def test_housekeeping_forgets_old_answers_and_old_turns(session, sessions, app, clock):
    a_staffed_desk(session)
    user_id = session.scalar(select(User.id).limit(1))
    for age in (KEPT_FOR + timedelta(minutes=1), KEPT_FOR - timedelta(minutes=1)):
        owner = KeyOwner(user_id, "POST", "/x", f"key {age}")
        keep_answer(session, owner, b"\0" * 32, KeptAnswer(200, {}, b""), now=clock.at - age)
    claim_slot(session, "old", clock.at - timedelta(days=8), now=clock.at - timedelta(days=8))
    session.commit()
    assert app.tasks[PURGE.name]()
    assert session.scalar(select(func.count()).select_from(IdempotencyAnswer)) == 1
    assert set(session.scalars(select(TaskSlot.task))) == {PURGE.name}
