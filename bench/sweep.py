"""How long a sweep over 100,000 dossiers that reach a rung of the alert ladder takes.

Usage: python3 bench/sweep.py [--home FOLDER] [--crossings 100000]

On a copy of the filled database, finished dossiers are made to run again, due on the days around
now. Beside the sweep, page by page, stands one bare INSERT .. SELECT of as many alerts.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import entry  # noqa: F401 - finds the environment
import psycopg

from bench.fill import ensure_filled
from bench.ground import Ground, administrator, chosen_home, parser, plain_dsn, running
from bench.report import Row, print_table
from tthc.jobs.sweeping import sweep
from tthc.storage.session import open_database

MOST_SECONDS = 20
CROSSINGS = 100_000
COPY = "tthc_sweep"
TOLD = "SELECT count(*) FROM alerts WHERE kind = 'due' AND due_version > 1000"

RUN_AGAIN = """
UPDATE dossiers SET status = 4, finished_at = NULL, ended_at = NULL, returned_at = NULL,
       received_at = %(now)s - interval '60 days', due_version = due_version + 1000,
       due_at = %(now)s - interval '1 hour' * (id %% 960 + 1),
       overdue_at = %(now)s - interval '1 hour' * (id %% 960 + 1) + interval '1 minute'
WHERE id IN (SELECT id FROM dossiers WHERE status = 10 AND due_at IS NOT NULL
             AND id %% 7 = 3 ORDER BY id DESC LIMIT %(crossings)s)
"""
BARE = """
INSERT INTO alerts (dossier_id, due_version, kind, rung, amount, unit_code, due_at, raised_at)
SELECT id, due_version, 'due', 'bare', 0, resolving_unit, due_at, %(now)s FROM dossiers
WHERE status IN (2, 4) AND due_at < %(now)s AND due_version > 1000
"""


@contextmanager
def copied(ground: Ground) -> Iterator[str]:
    """Give the address of a copy of the filled database, dropped afterwards."""
    with administrator(ground.home, ground.url, "postgres") as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {COPY}".encode())
        connection.execute(f"CREATE DATABASE {COPY} TEMPLATE tthc STRATEGY file_copy".encode())
    try:
        yield ground.url.replace("/tthc?", f"/{COPY}?")
    finally:
        with administrator(ground.home, ground.url, "postgres") as connection:
            connection.execute(f"DROP DATABASE {COPY} WITH (FORCE)".encode())


def timed_sweep(url: str, now: datetime) -> tuple[float, int]:
    """Return the seconds of a sweep with the product's own settings, and its alerts."""
    sessions = open_database(url, pool_size=1)
    begun = time.perf_counter()
    report = sweep(sessions, clock=lambda: now)
    took = time.perf_counter() - begun
    sessions.kw["bind"].dispose()
    print(f"  {report.raised} alerts in {report.pages} pages: {took:.1f} s", flush=True)
    return took, report.raised


def due_alerts(dsn: str) -> int:
    """Return how many dossiers made to run again are told as due or late.

    Other kinds (a missing apology) may be raised for the same ones in the same sweep.
    """
    with psycopg.connect(dsn) as connection:
        (count,) = connection.execute(TOLD).fetchone() or (0,)
    return int(count)


def timed_bare(dsn: str, now: datetime) -> float:
    """Return the seconds of one bare statement, and take its alerts away again."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        begun = time.perf_counter()
        done = connection.execute(BARE, {"now": now})
        took = time.perf_counter() - begun
        print(f"  {done.rowcount} alerts by one statement: {took:.1f} s", flush=True)
        connection.execute("DELETE FROM alerts WHERE rung = 'bare'")
        connection.execute("VACUUM ANALYZE alerts")
    return took


def measure_sweep(ground: Ground, given: argparse.Namespace) -> list[Row]:
    now = ground.filling.at
    with copied(ground) as url:
        timed_sweep(url, now)  # what is late already
        dsn = plain_dsn(url)
        with psycopg.connect(dsn, autocommit=True) as connection:
            wanted = {"now": now, "crossings": given.crossings}
            made = connection.execute(RUN_AGAIN, wanted).rowcount
            connection.execute("VACUUM ANALYZE dossiers, alerts")
        with administrator(ground.home, url) as connection:
            connection.execute("CHECKPOINT")
        bare = timed_bare(dsn, now)
        took, raised = timed_sweep(url, now)
        told = due_alerts(dsn)
    assert told == made, (told, made)
    name = f"sweep of {made} crossings, {raised} alerts"
    return [Row(name, took, "s", MOST_SECONDS, "one INSERT", bare)]


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--crossings", type=int, default=CROSSINGS)
    given = options.parse_args()
    with chosen_home(given.home) as home, running(home) as url:
        print_table(measure_sweep(ensure_filled(home, url, given.dossiers), given))


if __name__ == "__main__":
    main()
