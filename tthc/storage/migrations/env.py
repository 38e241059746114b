"""Alembic's entry point: runs on the connection that ``tthc.storage.schema`` hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from tthc.storage.base import CodeNumber, UtcDateTime
from tthc.storage.tables import METADATA

PLAIN = {UtcDateTime: "sa.DateTime(timezone=True)", CodeNumber: "sa.SmallInteger()"}


def render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our column types as the plain ones they are: a migration imports nothing of ours."""
    return PLAIN.get(type(item), False) if kind == "type" else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    compare_server_default=True,
    render_item=render,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
