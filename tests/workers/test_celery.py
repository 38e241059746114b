"""Worker and beat as processes, on a real queue and a real database."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import func, select

from tests.jobs.alerting import a_late_dossier, a_staffed_desk
from tthc.domain.ladder import AlertKind
from tthc.launch.processes import process_table
from tthc.services.watch import SWEEP_TASK
from tthc.storage.tables.alerts import Alert, TaskSlot
from workers.app import make_app
from workers.context import Doors
from workers.health import why_no_bell

ROOT = Path(__file__).parents[2]


@pytest.fixture
def environment(committed_url, valkey_url, tmp_path):
    with Redis.from_url(valkey_url) as queue:
        queue.flushall()
    return {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": committed_url,
        "REDIS_URL": valkey_url,
        "TTHC_HOME": str(tmp_path),
    }


@pytest.fixture
def start(environment, tmp_path):
    table = process_table(host="127.0.0.1", port=0, beat_schedule=str(tmp_path / "beat"))
    running = []

    def run(name):
        with (tmp_path / f"{name}.log").open("wb") as errors:
            process = subprocess.Popen(
                [sys.executable, *table.services[name]],
                cwd=ROOT,
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                start_new_session=True,
            )
        running.append(process)
        return process

    yield run
    for process in running:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def bell(valkey_url, committed_sessions):
    """The application as a caller: it rings, and does nothing itself."""
    app = make_app(valkey_url, Doors(lambda: committed_sessions, lambda: None))
    yield app.tasks[SWEEP_TASK]
    app.close()


@pytest.fixture
def late_dossier(committed_sessions):
    with committed_sessions.begin() as session:
        a_staffed_desk(session)
        a_late_dossier(session)


def wait_until(is_so, seconds=30.0):
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.1)


def count(sessions, entity, *where):
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(entity).where(*where))


def test_a_rung_bell_is_a_raised_alert_and_ten_are_no_more(
    start, bell, committed_sessions, late_dossier, tmp_path
):
    worker = start("worker")
    for _ in range(10):
        bell.apply_async()
    wait_until(lambda: count(committed_sessions, TaskSlot, TaskSlot.finished_at.is_not(None)))
    time.sleep(1)
    assert count(committed_sessions, Alert, Alert.kind == AlertKind.DUE) == 1
    assert count(committed_sessions, TaskSlot) <= 2, "a minute may have turned"
    worker.terminate()
    assert worker.wait(timeout=20) == 0, (tmp_path / "worker.log").read_text()


def test_beat_rings_by_itself_and_a_killed_worker_is_caught_up(
    start, committed_sessions, late_dossier, tmp_path
):
    start("beat")
    worker = start("worker")
    taken = TaskSlot.task == "imports.take_over"
    wait_until(lambda: count(committed_sessions, TaskSlot, taken))
    assert why_no_bell(str(tmp_path / "beat"), now=datetime.now(UTC)) is None
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    before = count(committed_sessions, TaskSlot, taken)
    start("worker")
    wait_until(lambda: count(committed_sessions, TaskSlot, taken) > before)
