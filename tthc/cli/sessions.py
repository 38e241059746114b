"""The database of a command, closed behind it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session, sessionmaker

from tthc.cli.context import CommandContext
from tthc.storage.session import open_database


@contextmanager
def open_sessions(context: CommandContext) -> Iterator[sessionmaker[Session]]:
    """Give sessions of the command's database for the length of a block."""
    with context.database() as url:
        sessions = open_database(url, pool_size=1)
        try:
            yield sessions
        finally:
            sessions.kw["bind"].dispose()
