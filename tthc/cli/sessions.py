"""The database of a command, opened and left tidily."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session, sessionmaker

from tthc.cli.context import CommandContext
from tthc.domain.errors import NotReadyError
from tthc.jobs.migrating import migrate
from tthc.storage.schema import is_current
from tthc.storage.session import LONG_STATEMENT_TIMEOUT_MS, open_database


class SchemaOutdatedError(NotReadyError):
    """The database has another schema than the code."""

    code = "schema_outdated"


@contextmanager
def open_sessions(obj: CommandContext) -> Iterator[sessionmaker[Session]]:
    """Give sessions of an up-to-date database, for long statements; close it afterwards.

    A trial is brought up to date first. In production only `migrate` does that.

    Raises:
        SchemaOutdatedError: the production database is not at the code's revision.
    """
    with obj.database() as url:
        if obj.environment != "production":
            migrate(url, obj.root, now=obj.clock())
        sessions = open_database(url, pool_size=1, statement_timeout_ms=LONG_STATEMENT_TIMEOUT_MS)
        try:
            _demand_current(sessions)
            yield sessions
        finally:
            sessions.kw["bind"].dispose()


def _demand_current(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        if not is_current(session):
            raise SchemaOutdatedError(
                "Cơ sở dữ liệu chưa được cập nhật; hãy chạy lệnh migrate.",
                "the database is not up to date; run migrate",
            )
