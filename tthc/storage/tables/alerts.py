"""Alerts and their delivery. The alert row is the outbox; Redis is only a bell."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from tthc.domain.ladder import AlertKind
from tthc.storage.base import Base, as_text
from tthc.storage.tables.webhooks import Webhook


class DeliveryStatus(StrEnum):
    """Where one message to one recipient stands."""

    WAITING = "waiting"
    SENT = "sent"
    PARKED = "parked"
    WITHDRAWN = "withdrawn"


class Alert(Base):
    """Somebody must hear of a dossier. Unique per dossier, due date, rung and occasion.

    ``due_version`` is 0 for a kind that no due date decides; ``occasion`` counts what can come
    again besides (the supplements). ``amount`` is that of the rung, empty for a notice that is on
    none. ``since_at`` is when the waiting began, empty where the due date says it. ``routed_at``
    is empty until recipients were found; ``withdrawn_at`` is set when the matter was settled
    before anything was sent.
    """

    __tablename__ = "alerts"
    __table_args__ = (
        UniqueConstraint("dossier_id", "due_version", "rung", "occasion"),
        Index("ix_alerts_unrouted", "id", postgresql_where=text("routed_at IS NULL")),
        Index("ix_alerts_unit_recent", "unit_code", text("id DESC")),
        Index("ix_alerts_raised_at", "raised_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"))
    due_version: Mapped[int]
    kind: Mapped[AlertKind] = mapped_column(as_text(AlertKind))
    rung: Mapped[str] = mapped_column(String(32))
    amount: Mapped[int | None]
    occasion: Mapped[int] = mapped_column(server_default=text("0"))
    unit_code: Mapped[str | None] = mapped_column(String(10))
    due_at: Mapped[datetime | None]
    since_at: Mapped[datetime | None]
    raised_at: Mapped[datetime]
    routed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class Sending:
    """What every row that leaves as a message has.

    Sent at least once with a stable Message-ID; the row itself is unique. ``leased_until``
    keeps two relays from sending it at the same time. ``last_error`` names a kind of failure,
    never a recipient.
    """

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    status: Mapped[DeliveryStatus] = mapped_column(as_text(DeliveryStatus))
    attempts: Mapped[int]
    next_try_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    message_id: Mapped[str | None] = mapped_column(String(120))
    last_error: Mapped[str | None] = mapped_column(String(200))


class Delivery(Sending, Base):
    """One alert on its way to one recipient by one channel.

    Without user and webhook it is the mark of an alert that nobody hears. What is not
    ``is_urgent`` travels in the digest of a day.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint(
            "alert_id", "channel", "user_id", "webhook_id", postgresql_nulls_not_distinct=True
        ),
        CheckConstraint("num_nonnulls(user_id, webhook_id) <= 1", name="one_recipient_at_most"),
        Index("ix_deliveries_waiting", "next_try_at", postgresql_where=text("status = 'waiting'")),
        Index("ix_deliveries_parked", "id", postgresql_where=text("status = 'parked'")),
        Index("ix_deliveries_planned", "user_id", postgresql_where=text("status = 'waiting'")),
        Index(
            "ix_deliveries_told",
            "user_id",
            "sent_at",
            postgresql_where=text("sent_at IS NOT NULL"),
        ),
    )

    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    webhook_id: Mapped[int | None] = mapped_column(ForeignKey(Webhook.id))
    is_urgent: Mapped[bool]


class TaskSlot(Base):
    """One turn of a periodic task: claimed once, however many beats rang."""

    __tablename__ = "task_slots"

    task: Mapped[str] = mapped_column(String(80), primary_key=True)
    slot: Mapped[datetime] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
