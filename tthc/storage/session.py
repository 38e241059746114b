"""One way to open the database."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

STATEMENT_TIMEOUT_MS = 5_000
IDLE_TIMEOUT_MS = 15_000
LONG_STATEMENT_TIMEOUT_MS = 600_000
RESTED_SECONDS = 1.0


def open_database(
    url: str,
    *,
    pool_size: int = 4,
    statement_timeout_ms: int = STATEMENT_TIMEOUT_MS,
    rested_seconds: float = RESTED_SECONDS,
) -> sessionmaker[Session]:
    """Return a session factory for ``url``; connections are made when first used.

    Use it as ``with sessions.begin() as session:`` — commit on success, rollback on error.
    A statement that runs longer than ``statement_timeout_ms`` is refused by the server, as is
    a transaction left idle for 15 s. Errors do not show the values of a statement: they may be
    a citizen's. A connection that rested for ``rested_seconds`` is tried before it is given
    out; one in use until now is not, which spares busy desks a question in each request.
    """
    options = (
        f"-c statement_timeout={statement_timeout_ms}"
        f" -c idle_in_transaction_session_timeout={IDLE_TIMEOUT_MS}"
        " -c timezone=UTC -c jit=off -c random_page_cost=1.1 -c work_mem=16MB"
    )
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=3,
        hide_parameters=True,
        connect_args={"options": options, "connect_timeout": 5, "application_name": "tthc"},
    )
    _try_rested(engine, rested_seconds)
    return sessionmaker(engine, expire_on_commit=False)


def _try_rested(engine: Engine, rested_seconds: float) -> None:
    """Ping connections that rested; when one is dead, all of them are made anew."""

    @event.listens_for(engine, "checkin")
    def note(_connection: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
        entry.info["rests_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def attempt(connection: DBAPIConnection, entry: ConnectionPoolEntry, _given: Any) -> None:
        since = entry.info.get("rests_since")
        if since is None or time.monotonic() - since < rested_seconds:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            if engine.dialect.is_disconnect(error, connection, None):
                raise InvalidatePoolError from error
            raise
