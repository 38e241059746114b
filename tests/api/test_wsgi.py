"""The web process as a server loads it."""

import os
import subprocess
import sys
from pathlib import Path

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
    checks = "{'database': True, 'schema': True, 'redis': False}"
    assert done.stdout == f"200 {{'status': 'degraded', 'checks': {checks}}} True\n", done.stderr


def test_redis_is_seen(committed_url, valkey_url):
    assert "'ready'" in load(DATABASE_URL=committed_url, REDIS_URL=valkey_url).stdout


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
