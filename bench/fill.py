"""Fill a database with a million dossiers over 3,321 communes, for the other scripts.

Usage: python3 bench/fill.py --home FOLDER [--dossiers 1000000]

A demonstration year over the 148 real communes of the catalogue is made by the product itself;
the database then repeats it for made-up communes ("Xã thử tải ..." of "Tỉnh thử tải ..."), with
their own codes, staff, events, due dates and persons, in the order in which they arrived.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import entry  # noqa: F401 - finds the environment
import psycopg
from psycopg.rows import tuple_row

from bench.entry import ROOT
from bench.filling import CHANGED, COUNTERS, MAP, PLACES, SESSIONS, UNITS_AND_STAFF
from bench.ground import (
    COMMUNES,
    EVERYWHERE,
    Filling,
    Ground,
    administrator,
    chosen_home,
    parser,
    read_note,
    running,
    token_of,
    utc_now,
    write_note,
)
from tthc.jobs.demonstrating import DemoWish, demonstrate
from tthc.jobs.migrating import migrate

REAL_COMMUNES = 148
SPARE = 1.03
COPIED = (
    *("dossiers", "parties", "dossier_events", "due_versions", "clock_stops", "dossier_stages"),
    "code_counters",
)


def ensure_filled(home: Path, url: str, dossiers: int) -> Ground:
    """Return the ground of a home, filled first if it is not."""
    filling = read_note(home)
    if filling is None:
        filling = fill(home, url, dossiers)
        write_note(home, filling)
    return Ground(home, url, filling)


def fill(home: Path, url: str, dossiers: int) -> Filling:
    now = utc_now()
    with told("schema and reference data"):
        migrate(url, ROOT, now=now)
    base = math.ceil(dossiers * REAL_COMMUNES / COMMUNES * SPARE)
    with told(f"{base} dossiers of {REAL_COMMUNES} communes, by the product"):
        wish = DemoWish(REAL_COMMUNES, base, seed=1)
        demonstrate(url, wish, progress=lambda _done: None, now=now)
    with administrator(home, url) as connection:
        connection.execute("SET session_replication_role = replica")  # rows are sound as they are
        connection.execute("SET synchronous_commit = off")
        connection.execute("SET work_mem = '256MB'")
        connection.execute("SET maintenance_work_mem = '512MB'")
        count = repeat(connection, dossiers, now=now)
    return Filling(count, COMMUNES, now)


def repeat(connection: psycopg.Connection, dossiers: int, *, now: datetime) -> int:
    """Repeat the base for the made-up communes; return how many dossiers there are."""
    with told("made-up communes and their staff"):
        connection.execute(PLACES, {"communes": COMMUNES})
        for statement in UNITS_AND_STAFF:
            connection.execute(statement)
        connection.execute(SESSIONS, {"now": now, "until": now + timedelta(days=90)})
        connection.execute("UPDATE reference_state SET stamp = gen_random_uuid()")
    for table in COPIED:
        connection.execute(f"CREATE UNLOGGED TABLE base_{table} AS SELECT * FROM {table}".encode())
    connection.execute("TRUNCATE dossiers, code_counters CASCADE")
    connection.execute(MAP, {"wanted": dossiers})
    connection.execute("ANALYZE bench_map")
    with without_indexes(connection):
        for table, changed in CHANGED.items():
            with told(table):
                connection.execute(copying(connection, table, changed))
    connection.execute(COUNTERS)
    with told("tidying"):
        tidy(connection)
    return count_of(connection, "dossiers")


def copying(connection: psycopg.Connection, table: str, changed: dict[str, str]) -> bytes:
    key = "id" if table == "dossiers" else "dossier_id"
    query = (
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'"
        " ORDER BY ordinal_position"
    )
    columns = [row[0] for row in connection.execute(query, [table])]
    values = ", ".join(changed.get(name, f"b.{name}") for name in columns)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values}"
        f" FROM base_{table} b JOIN bench_map m ON m.old_id = b.{key} ORDER BY m.new_id"
    ).encode()


@contextmanager
def without_indexes(connection: psycopg.Connection) -> Iterator[None]:
    """Take the indexes that guard nothing away for the length of a block: it is quicker."""
    query = """
        SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
        LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid
        WHERE i.indrelid::regclass::text = ANY(%s) AND c.oid IS NULL
    """
    found = connection.execute(query, [list(CHANGED)]).fetchall()
    for name, _definition in found:
        connection.execute(f"DROP INDEX {name}".encode())
    yield
    with told("indexes"):
        for _name, definition in found:
            connection.execute(definition.encode())


def tidy(connection: psycopg.Connection) -> None:
    for name in ("bench_map", "bench_places", *(f"base_{table}" for table in COPIED)):
        connection.execute(f"DROP TABLE {name}".encode())
    for table in ("dossiers", "dossier_events"):
        connection.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}".encode()
        )
    connection.execute("VACUUM ANALYZE")
    connection.execute("CHECKPOINT")


def count_of(connection: psycopg.Connection, table: str) -> int:
    cursor = connection.cursor(row_factory=tuple_row)
    row = cursor.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
    return int(row[0]) if row else 0


@contextmanager
def told(what: str) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    print(f"  {what:<60} {time.perf_counter() - begun:7.1f} s", flush=True)


def main() -> None:
    given = parser(__doc__).parse_args()
    with chosen_home(given.home) as home, running(home) as url:
        ground = ensure_filled(home, url, given.dossiers)
        print(f"{ground.filling.dossiers} dossiers of {ground.filling.communes} communes in {home}")
        print(f"token of the user who sees all: {token_of(EVERYWHERE)}")


if __name__ == "__main__":
    main()
