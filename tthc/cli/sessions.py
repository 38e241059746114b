"""The database of a command, opened and left tidily."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session, sessionmaker

from tthc.cli.context import CommandContext
from tthc.jobs.migrating import migrate
from tthc.storage.session import LONG_STATEMENT_TIMEOUT_MS, open_database


@contextmanager
def open_sessions(obj: CommandContext) -> Iterator[sessionmaker[Session]]:
    """Give sessions of an up-to-date database, for long statements; close it afterwards."""
    with obj.database() as url:
        migrate(url, obj.root, now=obj.clock())
        sessions = open_database(url, pool_size=1, statement_timeout_ms=LONG_STATEMENT_TIMEOUT_MS)
        try:
            yield sessions
        finally:
            sessions.kw["bind"].dispose()
