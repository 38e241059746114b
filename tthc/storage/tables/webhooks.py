"""Addresses of other systems that hear of alerts, and what they are sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from tthc.storage.base import Base


class Webhook(Base):
    """A program that is told of the alerts of a unit and all below it, or of every alert.

    ``secret`` signs what is sent. ``is_internal`` lets the address lie in a closed network.
    ``last_sequence`` numbers its messages: whoever writes one counts it up, and so waits for
    whoever writes another. Never deleted: deliveries name it.
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
    is_internal: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    last_sequence: Mapped[int] = mapped_column(BigInteger, default=0)


class WebhookMessage(Base):
    """What a webhook was sent first, byte for byte; each further try sends the same."""

    __tablename__ = "webhook_messages"
    __table_args__ = (Index("ix_webhook_messages_written_at", "written_at"),)

    webhook_id: Mapped[int] = mapped_column(ForeignKey(Webhook.id), primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    body: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]


class WebhookResend(Base):
    """That messages of a webhook are sent once more, in order, behind ``reached`` up to ``until``.

    ``attempts`` counts the tries of the next one. With an end and a ``last_error`` it was given
    up. One at a time for each webhook.
    """

    __tablename__ = "webhook_resends"
    __table_args__ = (
        CheckConstraint("reached <= until", name="reached_within"),
        Index(
            "uq_webhook_resends_one_at_a_time",
            "webhook_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_webhook_resends_newest", "webhook_id", text("id DESC")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey(Webhook.id))
    reached: Mapped[int] = mapped_column(BigInteger)
    until: Mapped[int] = mapped_column(BigInteger)
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(200))
