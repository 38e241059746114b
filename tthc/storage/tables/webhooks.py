"""Addresses of other systems that hear of alerts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from tthc.storage.base import Base


class Webhook(Base):
    """A program that is told of the alerts of a unit and all below it, or of every alert.

    ``secret`` signs what is sent. Never deleted: deliveries name it.
    """

    __tablename__ = "webhooks"
    __table_args__ = (
        CheckConstraint("url ~ '^https?://'", name="url_is_http"),
        Index("ix_webhooks_active", "id", postgresql_where=text("is_active")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    url: Mapped[str] = mapped_column(String(500), unique=True)
    secret: Mapped[str] = mapped_column(String(200))
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"))
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
