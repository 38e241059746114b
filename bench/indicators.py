"""How long the indicators of all 3,321 communes for one month take.

Usage: python3 bench/indicators.py [--home FOLDER] [--times 7]

The service alone and the whole request over HTTP, beside the same SQL sent without either; then
the same for one province of 148 communes. The median of several counts, after a first one.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from math import inf
from statistics import median

import entry  # noqa: F401 - finds the environment
import psycopg

from bench.fill import ensure_filled
from bench.ground import EVERYWHERE, Ground, chosen_home, parser, running, token_of
from bench.quiet import wait_for_quiet
from bench.report import Row, print_table
from bench.serving import PRODUCT, fetch, serving
from bench.statements import catching, spelt_out
from tthc.domain.metrics import Period
from tthc.domain.moment import civil_day
from tthc.domain.scope import EVERYTHING, Scope
from tthc.services.metrics import make_period, measure_communes
from tthc.storage.session import LONG_STATEMENT_TIMEOUT_MS, open_database

MOST_MS = 250
PROVINCE = "25"
PATH = "/api/v1/metrics/communes?since={}&until={}"


def last_month(now: datetime) -> tuple[date, date]:
    """Return the first days of the month before this one, and of this one."""
    until = civil_day(now).replace(day=1)
    months = until.year * 12 + until.month - 2
    return date(months // 12, months % 12 + 1, 1), until


def a_month(now: datetime) -> Period:
    return make_period(*last_month(now), now)


def median_ms(what: str, work: Callable[[], object], times: int) -> float:
    work()
    wait_for_quiet()
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        took.append((time.perf_counter() - begun) * 1000)
    print(f"  {what}: {', '.join(f'{ms:.0f}' for ms in took)} ms", flush=True)
    return median(took)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose indicators are asked for, as the service and as HTTP know them."""

    name: str
    scope: Scope
    token: str


def who_asks(ground: Ground) -> list[Asked]:
    """Return somebody who sees every commune, and somebody of one province."""
    with psycopg.connect(ground.dsn) as connection:
        query = "SELECT code FROM units WHERE code = %s OR parent_code = %s"
        codes = frozenset(row[0] for row in connection.execute(query, [PROVINCE, PROVINCE]))
    return [
        Asked(f"{ground.filling.communes} communes", EVERYTHING, token_of(EVERYWHERE)),
        Asked("one province", Scope(units=codes), token_of(PROVINCE)),
    ]


def measure_service(ground: Ground, asked: Asked, times: int) -> tuple[float, float]:
    """Return what the service takes, and what its statements take on the same connection."""
    sessions = open_database(ground.url, statement_timeout_ms=LONG_STATEMENT_TIMEOUT_MS)
    period = a_month(ground.filling.at)

    def work() -> None:
        with sessions.begin() as session:
            measure_communes(session, period, asked.scope, as_of=ground.filling.at)

    took = median_ms(f"{asked.name}, service", work, times)
    with catching(sessions.kw["bind"]) as caught:
        work()
    statements = spelt_out(caught, ground.dsn)
    plain = sessions.kw["bind"].raw_connection()

    def bare() -> None:
        for statement in statements:
            cursor = plain.driver_connection.execute(statement.encode())
            cursor.fetchall()

    took_bare = median_ms(f"{asked.name}, the same SQL", bare, times)
    plain.close()
    sessions.kw["bind"].dispose()
    return took, took_bare


def measure_http(ground: Ground, asked: Asked, times: int) -> float:
    """Return what the whole request takes; infinite when it is refused as too long."""
    path = PATH.format(*last_month(ground.filling.at))
    with serving(PRODUCT, database_url=ground.url, home=ground.home) as port:
        for _ in range(4):  # each process of the server has its first turn
            status, body = fetch(port, path, asked.token)
        if status != HTTPStatus.OK:
            print(f"  {asked.name}, over HTTP: {status} {body[:200]!r}")
            return inf
        print(f"  {asked.name}: the answer has {len(body) / 1e6:.1f} MB")
        what = f"{asked.name}, over HTTP"
        return median_ms(what, lambda: fetch(port, path, asked.token), times)


def measure_indicators(ground: Ground, given: argparse.Namespace) -> list[Row]:
    rows = []
    for asked in who_asks(ground):
        service, bare = measure_service(ground, asked, given.times)
        http = measure_http(ground, asked, given.times)
        name = f"a month of {asked.name}"
        rows.append(Row(f"{name}: service", service, "ms", MOST_MS, "the same SQL", bare))
        rows.append(Row(f"{name}: over HTTP", http, "ms", MOST_MS, "the same SQL", bare))
    return rows


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--times", type=int, default=7)
    given = options.parse_args()
    with chosen_home(given.home) as home, running(home) as url:
        print_table(measure_indicators(ensure_filled(home, url, given.dossiers), given))


if __name__ == "__main__":
    main()
