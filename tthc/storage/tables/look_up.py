"""What looking dossiers up leaves behind: which secrets were replaced."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
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
