"""PostgreSQL stopped at once, over and over, while desks write."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from bench.faults.crew import Crew, crew
from bench.faults.database import Database
from bench.faults.ledger import Ledger
from bench.faults.outcome import Outcome
from bench.faults.stand import Stand, pause, until
from bench.faults.wish import Wish
from bench.faults.writing import Writing, moment, writing
from bench.ground import administrator, plain_dsn

NAME = "postgres"
TITLE = "PostgreSQL stopped at once (immediate)"
MOST_SECONDS_BACK = 5
BACK_SECONDS = 60.0
ALLOWED = {200, 201, 503}
LAZY = ("wal_writer_delay = '10s'", "wal_writer_flush_after = '1GB'")
LOOSE_SECONDS = 6.0


def measure(stand: Stand, wish: Wish) -> Outcome:
    rounds = wish.rounds(20, quick=3)
    outcome = Outcome(TITLE, rounds)
    with (
        stand.database("postgres") as database,
        crew(stand, database, "api", "worker", "beat", "relay") as members,
        writing(members, database, run="postgres") as desks,
    ):
        pause(3, tend=members.tend)
        returned = [stop_once(stand, members, database) for _ in range(rounds)]
        pause(3, tend=members.tend)
        ledger = desks.end()
        tell(outcome, desks, ledger, returned)
    outcome.caught["synchronous_commit off"] = seeded(stand)
    return outcome


def stop_once(stand: Stand, members: Crew, database: Database) -> float:
    """Stop the server, wait until it is back, let desks write; return when it was back."""
    stand.stop_postgres_at_once()
    until(lambda: not accepts(database), BACK_SECONDS, tend=members.tend, what="PostgreSQL stops")
    until(lambda: accepts(database), BACK_SECONDS, tend=members.tend, what="PostgreSQL is back")
    back = moment()
    pause(random.uniform(2.5, 5.0), tend=members.tend)
    return back


def accepts(database: Database) -> bool:
    try:
        with psycopg.connect(plain_dsn(database.url), connect_timeout=2):
            return True
    except psycopg.OperationalError:
        return False


def tell(outcome: Outcome, desks: Writing, ledger: Ledger, returned: list[float]) -> None:
    balance = desks.settle(ledger)
    outcome.add("writes acknowledged", balance.acknowledged)
    outcome.none(
        acknowledged_and_lost=balance.lost,
        acknowledged_and_different=balance.different,
        partial_dossiers=balance.partial,
        dossiers_twice_or_never_asked=balance.doubled + balance.unasked,
        numbers_missing_or_twice=balance.gaps,
    )
    outcome.add("answers 503 with Retry-After", ledger.statuses[503])
    outcome.none(
        answers_500=sum(n for status, n in ledger.statuses.items() if status == 500),
        other_answers_than_2xx_and_503=ledger.outside(ALLOWED),
    )
    waits = [(ledger.first_success_after(back) or back + 999) - back for back in returned]
    outcome.add(
        "API writes again after PostgreSQL, longest", max(waits), "s", most=MOST_SECONDS_BACK
    )
    print(f"  back after: {' '.join(f'{wait:.1f}' for wait in waits)} s; {ledger.statuses}")


@contextmanager
def loosened(stand: Stand) -> Iterator[None]:
    """Let the server acknowledge before it writes, for the length of a block."""

    def order(*commands: str) -> None:
        with administrator(stand.home, stand.postgres.url) as connection:
            for command in (*commands, "SELECT pg_reload_conf()"):
                connection.execute(command.encode())

    order(*(f"ALTER SYSTEM SET {setting}" for setting in LAZY))
    try:
        yield
    finally:
        order("ALTER SYSTEM RESET ALL")


def seeded(stand: Stand) -> bool:
    """Tell whether a server that acknowledges before it writes is seen to lose writes."""
    with stand.database("seeded") as database, loosened(stand):
        database.command(f"ALTER DATABASE {database.name} SET synchronous_commit = off")
        with (
            crew(stand, database, "api") as members,
            writing(members, database, run="seeded") as desks,
        ):
            pause(LOOSE_SECONDS, tend=members.tend)
            stop_once(stand, members, database)
            ledger = desks.end()
            return desks.settle(ledger).lost > 0
