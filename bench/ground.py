"""The filled database that every measurement stands on: where it lies and how it is opened."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from tthc.launch.account import Account
from tthc.launch.pg_binaries import find_binaries
from tthc.launch.places import kept_secret
from tthc.launch.postgres import running_postgres

COMMUNES = 3_321
DOSSIERS = 1_000_000
NOTE = "bench.json"
EVERYWHERE = "all"


@dataclass(frozen=True, slots=True)
class Filling:
    """What a home was filled with, and as of when."""

    dossiers: int
    communes: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Ground:
    """A filled database, its server running as the product runs it (fsync on)."""

    home: Path
    url: str
    filling: Filling

    @property
    def dsn(self) -> str:
        """Address for psycopg and pgbench."""
        return plain_dsn(self.url)


def parser(doc: str | None) -> argparse.ArgumentParser:
    """Make a parser with the options every script has."""
    made = argparse.ArgumentParser(
        description=doc, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument(
        "--home",
        type=Path,
        help="folder of the filled database, kept and used again (default: a temporary folder)",
    )
    made.add_argument("--dossiers", type=int, default=DOSSIERS, help="how many to fill it with")
    return made


@contextmanager
def chosen_home(home: Path | None) -> Iterator[Path]:
    """Give the home that was chosen, or a temporary one that vanishes afterwards."""
    if home is not None:
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o711)
        yield home.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="tthc-bench-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@contextmanager
def running(home: Path) -> Iterator[str]:
    """Give the address of the home's database for the length of a block."""
    with running_postgres(home) as url:
        yield url


def read_note(home: Path) -> Filling | None:
    """Return what the home was filled with, None when it was not."""
    path = home / NOTE
    if not path.exists():
        return None
    note = json.loads(path.read_text(encoding="utf-8"))
    return Filling(note["dossiers"], note["communes"], datetime.fromisoformat(note["at"]))


def write_note(home: Path, filling: Filling) -> None:
    """Note that the home is filled."""
    text = json.dumps(asdict(filling) | {"at": filling.at.isoformat()})
    (home / NOTE).write_text(text, encoding="utf-8")


def plain_dsn(url: str, database: str | None = None) -> str:
    """Return a SQLAlchemy address as libpq writes it, for another database if one is named."""
    plain = make_url(url).set(drivername="postgresql")
    if database is not None:
        plain = plain.set(database=database)
    return plain.render_as_string(hide_password=False)


@contextmanager
def administrator(
    home: Path, url: str, database: str | None = None
) -> Iterator[psycopg.Connection]:
    """Give a connection of the cluster's superuser, each statement a transaction of its own."""
    password = kept_secret(home / "secrets" / "postgres_admin")
    dsn = plain_dsn(url, database)
    with psycopg.connect(dsn, user="postgres", password=password, autocommit=True) as connection:
        yield connection


def checkpoint(ground: Ground) -> None:
    """Write everything out, so that no earlier work is paid for in the next window."""
    with administrator(ground.home, ground.url) as connection:
        connection.execute("CHECKPOINT")


def pgbench() -> str:
    """Return the path of the pgbench that belongs to the database's programs."""
    return find_binaries(Account()).path("pgbench")


def token_of(name: str) -> str:
    """Return the bearer token of a commune's reception, or of the user who sees all."""
    return f"bench-{name}-".ljust(43, "x")


def utc_now() -> datetime:
    return datetime.now(UTC)
