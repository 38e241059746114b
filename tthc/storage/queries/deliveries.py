"""Deliveries as they begin and as they end."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from tthc.storage.queries.alerts import NO_SYNC
from tthc.storage.tables.alerts import Delivery, DeliveryStatus

_HAS_RECIPIENT = func.num_nonnulls(Delivery.user_id, Delivery.webhook_id) > 0


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A delivery to insert. With a ``last_error`` it is born parked."""

    alert_id: int
    channel: str
    user_id: int | None = None
    webhook_id: int | None = None
    last_error: str | None = None


def add_deliveries(session: Session, new: Sequence[NewDelivery], *, now: datetime) -> None:
    """Insert deliveries; one that is there stays as it is, but a withdrawn one waits again."""
    if not new:
        return
    query = insert(Delivery)
    query = query.on_conflict_do_update(
        index_elements=["alert_id", "channel", "user_id", "webhook_id"],
        set_={
            "status": query.excluded.status,
            "next_try_at": now,
            "attempts": 0,
            "message_id": None,
            "leased_until": None,
            "last_error": query.excluded.last_error,
        },
        where=Delivery.status == DeliveryStatus.WITHDRAWN,
    )
    session.execute(query, [_values(delivery, now) for delivery in new])


def _values(new: NewDelivery, now: datetime) -> dict[str, Any]:
    status = DeliveryStatus.PARKED if new.last_error else DeliveryStatus.WAITING
    return asdict(new) | {"status": status, "attempts": 0, "next_try_at": now}


def withdraw(session: Session, ids: Collection[int]) -> None:
    """Note that deliveries need not be sent any more."""
    change(session, ids, status=DeliveryStatus.WITHDRAWN, leased_until=None)


def mark_sent(session: Session, ids: Collection[int], *, now: datetime) -> int:
    """Note that a server took the message; return how many were not marked before.

    Whoever holds the lease by now: what was sent need not be sent again.
    """
    query = (
        update(Delivery)
        .where(Delivery.id.in_(ids), Delivery.status == DeliveryStatus.WAITING)
        .values(status=DeliveryStatus.SENT, sent_at=now, leased_until=None, last_error=None)
        .returning(Delivery.id)
        .execution_options(**NO_SYNC)
    )
    return len(session.execute(query).all())


def put_off(session: Session, ids: Collection[int], error: str, until: datetime) -> None:
    """Note a failed try; the next one is at ``until``."""
    change(session, ids, next_try_at=until, leased_until=None, last_error=error)


def park(session: Session, ids: Collection[int], error: str) -> None:
    """Give up; somebody has to look."""
    change(session, ids, status=DeliveryStatus.PARKED, leased_until=None, last_error=error)


def revive_parked(session: Session, *, now: datetime) -> int:
    """Let every parked message be tried anew from now; return how many deliveries that is."""
    query = (
        update(Delivery)
        .where(Delivery.status == DeliveryStatus.PARKED, _HAS_RECIPIENT)
        .values(status=DeliveryStatus.WAITING, attempts=0, next_try_at=now)
        .returning(Delivery.id)
        .execution_options(**NO_SYNC)
    )
    return len(session.execute(query).all())


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


def count_by_status(session: Session, status: DeliveryStatus) -> int:
    """Return how many deliveries wait, or are parked; each has its partial index."""
    query = select(func.count()).select_from(Delivery).where(Delivery.status == status)
    return session.scalar(query) or 0


def change(session: Session, ids: Collection[int], **values: Any) -> None:
    """Set columns of deliveries."""
    if ids:
        query = update(Delivery).where(Delivery.id.in_(ids)).values(**values)
        session.execute(query.execution_options(**NO_SYNC))
