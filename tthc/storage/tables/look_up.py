"""What looking dossiers up leaves behind: secrets that were replaced, and failures."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tthc.storage.base import Base


class LookUpIssue(Base):
    """One new secret of a dossier, which ended the one before it; rows are only added.

    The secret itself is kept nowhere. A dossier without a row has its first one, number 0.
    """

    __tablename__ = "look_up_issues"
    __table_args__ = (CheckConstraint("number >= 1", name="counted_from_one"),)

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    issued_at: Mapped[datetime]
    issued_by: Mapped[str] = mapped_column(String(80))


class LookUpFailure(Base):
    """A look-up that found nothing: what its code began with, and from where. Forgotten at night.

    ``prefix`` is agency and day, or empty for what was no code. The code itself is not kept.
    """

    __tablename__ = "look_up_failures"
    __table_args__ = (
        Index("ix_look_up_failures_prefix_at", "prefix", "at"),
        Index("ix_look_up_failures_address_at", "address", "at"),
        Index("ix_look_up_failures_at", "at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    prefix: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
