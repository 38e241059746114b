"""The web process as a server loads it."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from tthc.services.slots import claim_slot, finish_slot
from tthc.services.watch import RELAY_TASK, SWEEP_TASK

ROOT = Path(__file__).parents[2]
ASK = """
import wsgi
from time import perf_counter
began = perf_counter()
answer = wsgi.app.test_client().get("/health/ready")
print(answer.status_code, answer.json, perf_counter() - began < 3)
"""


def load(**environ):
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=ROOT,
        env=kept | environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_process_is_ready_on_a_migrated_database_without_redis(committed_url):
    done = load(DATABASE_URL=committed_url, REDIS_URL="redis://127.0.0.1:1/0")
    silent = "'sweep': False, 'relay': False, 'calendar': False, 'redis': False"
    checks = f"{{'database': True, 'schema': True, {silent}}}"
    assert done.stdout == f"200 {{'status': 'degraded', 'checks': {checks}}} True\n", done.stderr


def test_redis_is_seen(committed_url, valkey_url):
    assert "'redis': True" in load(DATABASE_URL=committed_url, REDIS_URL=valkey_url).stdout


def test_sweep_and_relay_at_work_are_seen(committed_url, committed_sessions, valkey_url):
    now = datetime.now(UTC)
    with committed_sessions.begin() as session:
        for task in (SWEEP_TASK, RELAY_TASK):
            claim_slot(session, task, now, now=now)
            finish_slot(session, task, now, now=now)
    shown = load(DATABASE_URL=committed_url, REDIS_URL=valkey_url).stdout
    assert "'sweep': True, 'relay': True" in shown


def test_the_process_does_not_start_without_a_database():
    done = load()
    assert done.returncode != 0
    assert "DATABASE_URL" in done.stderr


def test_production_does_not_start_with_the_key_of_trials():
    done = load(
        TTHC_ENV="production", DATABASE_URL="postgresql://x/y", REDIS_URL="redis://x", SECRET_KEY=""
    )
    assert done.returncode != 0
    assert "SECRET_KEY" in done.stderr
