"""Webhooks: who they are, and what they were sent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from tthc.storage.bulk import insert_row
from tthc.storage.queries.alerts import NO_SYNC
from tthc.storage.tables.alerts import Delivery, DeliveryStatus
from tthc.storage.tables.webhooks import Webhook, WebhookMessage


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """A message as it was first written."""

    sequence: int
    message_id: str
    body: str
    written_at: datetime


def list_webhooks(
    session: Session, *, units: Collection[str] | None, after_id: int, limit: int
) -> list[Webhook]:
    """Return the webhooks of ``units`` (None: all, those of the whole system too), by id."""
    query = select(Webhook).where(Webhook.id > after_id).order_by(Webhook.id).limit(limit)
    if units is not None:
        query = query.where(Webhook.unit_code.in_(units))
    return list(session.scalars(query))


def find_webhook(session: Session, webhook_id: int, *, lock: bool = False) -> Webhook | None:
    """Return a webhook or None; ``lock`` keeps others from changing it or writing to it."""
    query = select(Webhook).where(Webhook.id == webhook_id)
    if lock:
        query = query.with_for_update(key_share=True)
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def tally_undelivered(
    session: Session, webhook_ids: Sequence[int]
) -> dict[int, dict[DeliveryStatus, int]]:
    """Count the deliveries of webhooks that wait or were given up."""
    query = (
        select(Delivery.webhook_id, Delivery.status, func.count())
        .where(
            Delivery.webhook_id.in_(webhook_ids),
            Delivery.status.in_((DeliveryStatus.WAITING, DeliveryStatus.PARKED)),
        )
        .group_by(Delivery.webhook_id, Delivery.status)
    )
    counts: dict[int, dict[DeliveryStatus, int]] = {}
    for webhook_id, status, count in session.execute(query):
        counts.setdefault(webhook_id or 0, {})[status] = count
    return counts


def next_sequence(session: Session, webhook_id: int) -> int:
    """Take the next number of a webhook's messages.

    The row stays locked until the transaction ends, so numbers become visible in their order
    and a number taken back is given again: whoever has read up to one misses none below it.
    """
    query = (
        update(Webhook)
        .where(Webhook.id == webhook_id)
        .values(last_sequence=Webhook.last_sequence + 1)
        .returning(Webhook.last_sequence)
        .execution_options(**NO_SYNC)
    )
    return session.scalars(query).one()


def add_message(session: Session, webhook_id: int, message: KeptMessage) -> None:
    """Keep a message under the number that was taken for it."""
    insert_row(
        session,
        WebhookMessage,
        webhook_id=webhook_id,
        sequence=message.sequence,
        message_id=message.message_id,
        body=message.body,
        written_at=message.written_at,
    )


def find_body(session: Session, message_id: str) -> str | None:
    """Return what was first sent under a message id."""
    query = select(WebhookMessage.body).where(WebhookMessage.message_id == message_id)
    return session.scalars(query).one_or_none()


def first_kept(session: Session, webhook_id: int) -> int | None:
    """Return the lowest number of a webhook that is still kept."""
    query = select(func.min(WebhookMessage.sequence))
    return session.scalar(query.where(WebhookMessage.webhook_id == webhook_id))


def list_messages(
    session: Session, webhook_id: int, *, after: int, limit: int, most_bytes: int
) -> list[KeptMessage]:
    """Return messages behind ``after`` in their order, together no larger than ``most_bytes``.

    The first one is there whatever its size.
    """
    behind = (
        select(
            WebhookMessage.sequence,
            func.sum(func.octet_length(WebhookMessage.body))
            .over(order_by=WebhookMessage.sequence)
            .label("size"),
            func.row_number().over(order_by=WebhookMessage.sequence).label("place"),
        )
        .where(WebhookMessage.webhook_id == webhook_id, WebhookMessage.sequence > after)
        .order_by(WebhookMessage.sequence)
        .limit(limit)
        .subquery()
    )
    query = (
        select(
            WebhookMessage.sequence,
            WebhookMessage.message_id,
            WebhookMessage.body,
            WebhookMessage.written_at,
        )
        .join(behind, behind.c.sequence == WebhookMessage.sequence)
        .where(WebhookMessage.webhook_id == webhook_id)
        .where((behind.c.size <= most_bytes) | (behind.c.place == 1))
        .order_by(WebhookMessage.sequence)
    )
    return [KeptMessage(*row) for row in session.execute(query)]


def delete_messages_before(session: Session, moment: datetime) -> int:
    """Forget messages written before ``moment``; return how many."""
    done = delete(WebhookMessage).where(WebhookMessage.written_at < moment)
    return len(session.execute(done.returning(WebhookMessage.sequence)).all())
