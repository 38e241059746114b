"""One way to open the database."""

from __future__ import annotations

from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker

STATEMENT_TIMEOUT_MS = 5_000
IDLE_TIMEOUT_MS = 15_000
LONG_STATEMENT_TIMEOUT_MS = 600_000


def open_database(
    url: str, *, pool_size: int = 4, statement_timeout_ms: int = STATEMENT_TIMEOUT_MS
) -> sessionmaker[Session]:
    """Return a session factory for ``url``; connections are made when first used.

    Use it as ``with sessions.begin() as session:`` — commit on success, rollback on error.
    A statement that runs longer than ``statement_timeout_ms`` is refused by the server, as is
    a transaction left idle for 15 s. Errors do not show the values of a statement: they may be
    a citizen's.
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
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"options": options, "connect_timeout": 5, "application_name": "tthc"},
    )
    return sessionmaker(engine, expire_on_commit=False)
