"""How the database answers the hot queries: EXPLAIN (ANALYZE, BUFFERS) on the filled database.

Usage: python3 bench/plans.py [--home FOLDER] [--only read,list] [--brief]

Every statement of a request is shown, as the application sends it; what was done is rolled back.
A plan that reads a large table from end to end is marked.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import entry  # noqa: F401 - finds the environment
import psycopg
from sqlalchemy.orm import Session

from bench.desk_requests import MEASURES, catch, choose_targets
from bench.fill import ensure_filled
from bench.ground import Ground, chosen_home, parser, running, utc_now
from bench.indicators import a_month
from bench.statements import Caught, catching, spelt_out
from config.logging import configure
from tthc.domain.scope import EVERYTHING
from tthc.services.metrics import measure_communes
from tthc.services.overdue import sweep_page
from tthc.storage.session import open_database

LARGE = ("dossiers", "dossier_events", "due_versions", "parties", "alerts")
EXPLAINED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


def caught_in(ground: Ground, work: Callable[[Session], object]) -> list[Caught]:
    """Return the statements of ``work``, which is rolled back."""
    sessions = open_database(ground.url)
    with sessions() as session:
        work(session)
        session.rollback()
        with catching(sessions.kw["bind"]) as caught:
            work(session)
            session.rollback()
    sessions.kw["bind"].dispose()
    return caught


def statements_by_name(ground: Ground, wanted: list[str]) -> dict[str, list[Caught]]:
    """Return the statements of each thing wanted."""
    target = choose_targets(ground)[0]
    sessions = open_database(ground.url)
    found = {m.name: catch(m, target, sessions) for m in MEASURES if m.name in wanted}
    sessions.kw["bind"].dispose()
    now = ground.filling.at
    period = a_month(now)
    others: dict[str, Callable[[Session], object]] = {
        "metrics": lambda s: measure_communes(s, period, EVERYTHING, as_of=now),
        "sweep": lambda s: sweep_page(s, now=now + timedelta(days=7)),
    }
    return found | {name: caught_in(ground, others[name]) for name in wanted if name in others}


def show(connection: psycopg.Connection, name: str, statement: str, *, brief: bool) -> None:
    """Print the plan of one statement, or only its time."""
    if not statement.lstrip().upper().startswith(EXPLAINED):
        return
    try:
        lines = explain(connection, statement)
    except psycopg.IntegrityError:  # an INSERT of the request that was already made
        return
    warning = "".join(f"  READS ALL OF {t}" for t in LARGE if is_read_whole(t, lines))
    print(f"{name}: {' '.join(statement.split())[:90]}\n    {lines[-1].strip()}{warning}")
    if not brief:
        print("\n".join(f"        {line}" for line in lines))


def explain(connection: psycopg.Connection, statement: str) -> list[str]:
    with connection.transaction(force_rollback=True):
        return [
            str(row[0])
            for row in connection.execute(f"EXPLAIN (ANALYZE, BUFFERS) {statement}".encode())
        ]


def is_read_whole(table: str, lines: list[str]) -> bool:
    return any(f"Seq Scan on {table}" in line for line in lines)


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--only", default="create,read,list,metrics,sweep")
    options.add_argument("--brief", action="store_true", help="only the time of each statement")
    given = options.parse_args()
    configure("WARNING")
    with chosen_home(given.home) as home, running(home) as url:
        ground = ensure_filled(home, url, given.dossiers)
        found = statements_by_name(ground, given.only.split(","))
        with psycopg.connect(ground.dsn, autocommit=True) as connection:
            connection.execute("SET timezone = UTC")
            for name, caught in found.items():
                print(f"\n{name}: {len(caught)} statements")
                for statement in spelt_out(caught, ground.dsn):
                    show(connection, name, statement, brief=given.brief)
        print(f"\n{utc_now():%H:%M:%S} done")


if __name__ == "__main__":
    main()
