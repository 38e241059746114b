"""Deliveries as they begin and as they end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from tthc.storage.queries.alerts import NO_SYNC
from tthc.storage.queries.outbox import Outbox
from tthc.storage.tables.alerts import Delivery, DeliveryStatus

OUTBOX = Outbox(Delivery)
withdraw, park, postpone = OUTBOX.withdraw, OUTBOX.park, OUTBOX.postpone
mark_sent, count_by_status = OUTBOX.mark_sent, OUTBOX.count

_HAS_RECIPIENT = func.num_nonnulls(Delivery.user_id, Delivery.webhook_id) > 0


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A delivery to insert, to be sent from ``next_try_at`` on.

    With a ``last_error`` it is born parked.
    """

    alert_id: int
    channel: str
    next_try_at: datetime
    is_urgent: bool = False
    user_id: int | None = None
    webhook_id: int | None = None
    last_error: str | None = None


def add_deliveries(session: Session, new: Sequence[NewDelivery]) -> None:
    """Insert deliveries; one that is there stays as it is, but a withdrawn one waits again."""
    if not new:
        return
    query = insert(Delivery)
    query = query.on_conflict_do_update(
        index_elements=["alert_id", "channel", "user_id", "webhook_id"],
        set_={
            "status": query.excluded.status,
            "next_try_at": query.excluded.next_try_at,
            "is_urgent": query.excluded.is_urgent,
            "attempts": 0,
            "message_id": None,
            "leased_until": None,
            "last_error": query.excluded.last_error,
        },
        where=Delivery.status == DeliveryStatus.WITHDRAWN,
    )
    session.execute(query, [_values(delivery) for delivery in new])


def _values(new: NewDelivery) -> dict[str, Any]:
    status = DeliveryStatus.PARKED if new.last_error else DeliveryStatus.WAITING
    return asdict(new) | {"status": status, "attempts": 0}


def revive_parked(session: Session, *, now: datetime) -> int:
    """Let every parked message be tried anew from now; return how many deliveries that is."""
    return OUTBOX.revive(session, _HAS_RECIPIENT, now=now)


def withdraw_orphans(session: Session) -> list[int]:
    """Take the marks of alerts that nobody hears away; return the ids of these alerts."""
    query = (
        update(Delivery)
        .where(Delivery.status == DeliveryStatus.PARKED, ~_HAS_RECIPIENT)
        .values(status=DeliveryStatus.WITHDRAWN)
        .returning(Delivery.alert_id)
        .execution_options(**NO_SYNC)
    )
    return list(session.scalars(query))
