"""The audit log besides events, the links that chain both, and the anchors over all chains.

Rows are inserted, never updated: triggers refuse anything else.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from tthc.domain.audit_entries import AuditAction
from tthc.storage.base import Base, as_text

DIGEST = LargeBinary(32)


class AuditEntry(Base):
    """Something that matters and is no event of a dossier. Holds no citizen's data.

    ``actor`` is a user name, or who acts without an account. ``unit_code`` is whose chain it
    belongs to, empty for the system's own.
    """

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"))
    action: Mapped[AuditAction] = mapped_column(as_text(AuditAction))
    actor: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)


class AuditLink(Base):
    """One link of a unit's chain (``tthc.domain.audit.Link``), over an event or an entry.

    No foreign key leads to what it covers: that something is gone must be seen, and can be.
    """

    __tablename__ = "audit_links"
    __table_args__ = (
        UniqueConstraint("chain", "number"),
        CheckConstraint("num_nonnulls(event_id, entry_id) = 1", name="covers_one_thing"),
        CheckConstraint("number >= 1 AND position >= number", name="counts_from_one"),
        CheckConstraint("length(digest) = 32 AND length(hash) = 32", name="digests_are_whole"),
        Index(
            "uq_audit_links_event_id",
            "event_id",
            unique=True,
            postgresql_where=text("event_id IS NOT NULL"),
        ),
        Index(
            "uq_audit_links_entry_id",
            "entry_id",
            unique=True,
            postgresql_where=text("entry_id IS NOT NULL"),
        ),
    )

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    chain: Mapped[str] = mapped_column(String(10))
    number: Mapped[int] = mapped_column(BigInteger)
    algorithm: Mapped[int] = mapped_column(SmallInteger)
    event_id: Mapped[int | None] = mapped_column(BigInteger)
    entry_id: Mapped[int | None] = mapped_column(BigInteger)
    digest: Mapped[bytes] = mapped_column(DIGEST)
    hash: Mapped[bytes] = mapped_column(DIGEST)
    linked_at: Mapped[datetime]


class AuditAnchor(Base):
    """What was signed of all chains (``tthc.domain.audit.Anchor``); its use lies outside."""

    __tablename__ = "audit_anchors"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    made_at: Mapped[datetime]
    position: Mapped[int] = mapped_column(BigInteger)
    chains: Mapped[int]
    root: Mapped[bytes] = mapped_column(DIGEST)
    previous: Mapped[bytes] = mapped_column(DIGEST)
    public_key: Mapped[bytes] = mapped_column(DIGEST)
    signature: Mapped[bytes] = mapped_column(LargeBinary(64))
