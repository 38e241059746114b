"""How long importing a register takes, beside a plain COPY of the same rows in the same run.

Usage: python3 bench/import_register.py [ROWS]     (default 100000; a server of its own is used)
"""

from __future__ import annotations

import csv
import io
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import entry  # noqa: F401 - finds the environment
import psycopg
from sqlalchemy import make_url

from bench.entry import ROOT
from tthc.domain.moment import local
from tthc.jobs.importing import find_mapping, run_import
from tthc.jobs.migrating import migrate
from tthc.launch.postgres import throwaway_postgres
from tthc.services.imports.reading import file_source
from tthc.storage.session import LONG_STATEMENT_TIMEOUT_MS, open_database

ROWS = 100_000
LIMIT_SECONDS = 60
NOW = datetime(2026, 11, 20, tzinfo=UTC)
BEGINS = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
TABLES = ("dossiers", "dossier_events", "due_versions")
HEADER = (
    *("dossierId", "dossierNo", "dossierStatusName", "sectorName", "procedureName"),
    *("acceptedDate", "appointmentDate", "lastModifiedDate", "overDueByUser"),
)
PROCEDURES = ("Đăng ký khai sinh", "Đăng ký kết hôn", "Thủ tục đăng ký khai tử")


def write_register(path: Path, rows: int, first: int) -> None:
    """Write a register in the shape of an iGate export, spread over communes and days."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(row_of(number) for number in range(first, first + rows))


def row_of(number: int) -> tuple[str, ...]:
    day, of_day = divmod(number, 5_000)
    agency, serial = 100 + of_day % 140, of_day // 140 + 1
    received = BEGINS + timedelta(days=day, minutes=of_day % 480)
    ended = received + timedelta(hours=number % 90 + 1)
    is_open = number % 10 == 0
    return (
        str(number),
        f"H44.{agency}-{local(received):%y%m%d}-{serial:04d}",
        "Đang xử lý" if is_open else "Đã trả kết quả",
        "Hộ tịch",
        PROCEDURES[number % len(PROCEDURES)],
        f"{local(received):%d/%m/%Y %H:%M}",
        f"{local(received + timedelta(days=3)):%d/%m/%Y 17:00}",
        f"{local(ended):%d/%m/%Y %H:%M}",
        "",
    )


def timed_import(url: str, file: Path) -> float:
    sessions = open_database(url, pool_size=1, statement_timeout_ms=LONG_STATEMENT_TIMEOUT_MS)
    begun = time.perf_counter()
    report = run_import(
        sessions,
        file_source(file),
        find_mapping("igate"),
        requested_by="bench",
        dry_run=False,
        clock=lambda: NOW,
        progress=lambda _step, _done, _total: None,
    )
    took = time.perf_counter() - begun
    sessions.kw["bind"].dispose()
    print(
        f"  {report.rows} rows: {report.imported} imported, {report.refused_by or 'none'} refused"
    )
    return took


def timed_copy(url: str) -> float:
    """Write what the import wrote once more, into tables with the same indexes, by COPY alone."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as connection:
        for table in TABLES:
            connection.execute(f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING ALL)".encode())
        connection.commit()
        content = {table: b"".join(copied(connection, table)) for table in TABLES}
        begun = time.perf_counter()
        for table, rows in content.items():
            statement = f"COPY bare_{table} FROM STDIN".encode()
            with connection.cursor() as cursor, cursor.copy(statement) as copy:
                stream = io.BytesIO(rows)
                while part := stream.read(1 << 20):
                    copy.write(part)
        connection.commit()
        return time.perf_counter() - begun


def copied(connection: psycopg.Connection, table: str) -> Iterator[bytes]:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT".encode()) as copy:
        yield from (bytes(part) for part in copy)


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with throwaway_postgres() as url, tempfile.TemporaryDirectory() as folder:
        migrate(url, ROOT, now=NOW)
        small, large = Path(folder) / "small.csv", Path(folder) / "large.csv"
        write_register(small, rows // 10, rows)
        write_register(large, rows, 0)
        timed_import(url, small)
        before = peak_mib()
        took = timed_import(url, large)
        after = peak_mib()
        bare = timed_copy(url) * rows / (rows + rows // 10)
    print(f"import of {rows} rows   {took:8.1f} s   limit {LIMIT_SECONDS} s")
    print(f"plain COPY of the same {bare:8.1f} s   ratio {took / bare:.1f}")
    print(f"peak memory            {after:8.1f} MiB   after {rows // 10} rows {before:.1f} MiB")


if __name__ == "__main__":
    main()
