"""Who is away, and who stands in."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from tthc.storage.base import Base


class Absence(Base):
    """Days ``[since_on, until_on)`` on which somebody hears of nothing and a deputy does.

    Without a deputy their post counts as vacant. Never deleted: it explains who was told.
    """

    __tablename__ = "absences"
    __table_args__ = (
        CheckConstraint("until_on > since_on", name="ends_after_start"),
        CheckConstraint("deputy_id <> user_id", name="deputy_is_another"),
        Index(
            "ix_absences_standing",
            "user_id",
            "until_on",
            postgresql_where=text("cancelled_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    since_on: Mapped[date]
    until_on: Mapped[date]
    recorded_by: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[datetime]
    cancelled_by: Mapped[str | None] = mapped_column(String(80))
    cancelled_at: Mapped[datetime | None]
