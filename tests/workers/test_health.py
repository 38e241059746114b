"""A container is healthy only while its process does its work."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.jobs.alerting import LATE
from tthc.services.slots import claim_slot, finish_slot
from tthc.services.watch import RELAY_TASK, SILENT_AFTER, SWEEP_TASK
from workers.health import RINGS_AT_LEAST, sign_of, why_no_bell, why_silent

ROOT = Path(__file__).parents[2]
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(("watched", "task"), [("relay", RELAY_TASK), ("sweep", SWEEP_TASK)])
def test_who_ended_no_turn_for_five_minutes_is_not_healthy(session, doors, clock, watched, task):
    assert why_silent(watched, doors) == f"{watched} ended no turn for 0:05:00"
    claim_slot(session, task, LATE, now=LATE)
    session.commit()
    assert why_silent(watched, doors), "a turn begun is none ended"
    finish_slot(session, task, LATE, now=LATE)
    session.commit()
    clock.at = LATE + SILENT_AFTER
    assert why_silent(watched, doors) is None
    clock.at += SECOND
    assert why_silent(watched, doors)


def test_a_beat_that_rings_no_more_is_not_healthy(tmp_path):
    schedule, now = str(tmp_path / "beat"), datetime.now(UTC)
    (tmp_path / "beat").touch()
    assert why_no_bell(schedule, now=now) == "beat never rang"
    sign_of(schedule).touch()
    os.utime(sign_of(schedule), (now.timestamp(), now.timestamp()))
    assert why_no_bell(schedule, now=now + RINGS_AT_LEAST) is None
    assert "last rang" in why_no_bell(schedule, now=now + RINGS_AT_LEAST + SECOND)


def ask(*words, **variables):
    return subprocess.run(
        [sys.executable, "-m", "workers.health", *words],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_command_ends_with_a_status_and_a_reason(committed_url, tmp_path):
    silent = ask("relay", DATABASE_URL=committed_url)
    assert (silent.returncode, silent.stderr) == (1, "relay ended no turn for 0:05:00\n")
    away = ask("relay", DATABASE_URL="postgresql://u@127.0.0.1:1/none")
    assert (away.returncode, away.stderr) == (
        1,
        "the database does not answer (OperationalError)\n",
    )
    sign_of(str(tmp_path / "beat")).touch()
    assert ask("beat", str(tmp_path / "beat")).returncode == 0
