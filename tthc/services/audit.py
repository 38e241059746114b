"""Writing down what matters besides the events of dossiers: one row, in its own transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from tthc.domain.audit_entries import AuditAction
from tthc.storage.bulk import insert_row
from tthc.storage.tables.audit import AuditEntry

COMMAND_LINE = "command-line"
"""Who acts from the command line without a user name."""

NOBODY = ""
"""The actor of an attempt that names no account."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is written down: what, by whom, about what, in whose chain.

    ``subject`` and ``facts`` name codes, numbers and user names; no citizen, and nothing that
    somebody wrote freely.
    """

    action: AuditAction
    actor: str
    subject: str = ""
    unit_code: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def write_entry(session: Session, entry: Entry, *, now: datetime) -> None:
    """Add an entry; it stands or falls with what the transaction does besides."""
    insert_row(
        session,
        AuditEntry,
        unit_code=entry.unit_code,
        action=entry.action,
        actor=entry.actor,
        subject=entry.subject,
        at=now,
        facts=entry.facts,
    )
