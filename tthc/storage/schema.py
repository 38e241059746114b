"""The schema's revisions: bring a database up to the code, or say how far it is."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.orm import Session

FOLDER = Path(__file__).parent / "migrations"
LOCK_TIMEOUT = "1s"
MIGRATION_LOCK = 7_448_301
"""Key of the advisory lock that lets one migration run at a time."""


def make_config(connection: Connection | None = None) -> Config:
    """Return alembic's configuration, working on ``connection``."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


@cache
def code_head() -> str:
    """Return the revision this code was written for."""
    return ScriptDirectory.from_config(make_config()).get_current_head() or ""


def database_head(connection: Connection) -> str | None:
    """Return the revision the database is at, None before the first migration."""
    return MigrationContext.configure(connection).get_current_revision()


def is_current(session: Session) -> bool:
    """Say whether the database is at the code's revision."""
    return database_head(session.connection()) == code_head()


def upgrade(url: str, revision: str = "head") -> bool:
    """Bring the database at ``url`` to ``revision``; say whether there was anything to do.

    A migration waits at most one second for a lock, so that it never queues up the desk's
    writes behind itself; it fails and can be run again.
    """
    return _move(url, revision, command.upgrade)


def downgrade(url: str, revision: str) -> bool:
    """Take the database back to ``revision``."""
    return _move(url, revision, command.downgrade)


def _move(url: str, revision: str, move: Callable[[Config, str], None]) -> bool:
    engine = create_engine(url, connect_args={"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
            connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
            connection.commit()
            before = database_head(connection)
            connection.commit()
            move(make_config(connection), revision)
            connection.commit()
            return database_head(connection) != before
    finally:
        engine.dispose()
