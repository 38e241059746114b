"""Deliveries under lease: from the claim to the try."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from tthc.domain.ladder import AlertKind
from tthc.storage.queries.alerts import IS_STALE, UNIT
from tthc.storage.queries.deliveries import change
from tthc.storage.tables.accounts import User
from tthc.storage.tables.alerts import Alert, Delivery, DeliveryStatus
from tthc.storage.tables.dossiers import Dossier
from tthc.storage.tables.webhooks import Webhook

_CLAIMING = "tthc claims deliveries"


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """A delivery under lease: which it is, and what it may share a message with."""

    id: int
    channel: str
    user_id: int | None
    webhook_id: int | None
    message_id: str | None

    @property
    def companions(self) -> tuple[str, int | None, int | None, str | None]:
        """Deliveries with the same value travel in one message."""
        return self.channel, self.user_id, self.webhook_id, self.message_id


@dataclass(frozen=True, slots=True)
class DeliveryFacts:
    """A delivery with everything that decides whether, where and what is sent now."""

    id: int
    alert_id: int
    attempts: int
    kind: AlertKind
    rung: str
    amount: int | None
    raised_at: datetime
    due_at: datetime | None
    since_at: datetime | None
    stopped_at: datetime | None
    is_stale: bool
    has_moved: bool
    dossier_code: str
    procedure_code: str | None
    unit_code: str | None
    email: str | None
    url: str | None
    secret: str | None


def lease_waiting(
    session: Session, channels: Collection[str], *, now: datetime, until: datetime, limit: int
) -> list[ClaimedDelivery]:
    """Put up to ``limit`` waiting deliveries of ``channels`` under lease, by recipient.

    What was once sent as one message is claimed as one or not at all. Claims follow one
    another (a lock for the length of the transaction), so that no message is torn in two.
    """
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext(_CLAIMING))))
    query = (
        select(
            Delivery.id,
            Delivery.channel,
            Delivery.user_id,
            Delivery.webhook_id,
            Delivery.message_id,
        )
        .where(
            Delivery.status == DeliveryStatus.WAITING,
            Delivery.channel.in_(channels),
            Delivery.next_try_at <= now,
            func.coalesce(Delivery.leased_until, now) <= now,
        )
        .order_by(
            Delivery.channel,
            Delivery.user_id,
            Delivery.webhook_id,
            Delivery.message_id,
            Delivery.id,
        )
        .limit(limit + 1)
        .with_for_update()
    )
    found = [ClaimedDelivery(*row) for row in session.execute(query)]
    claimed = _whole_messages(found, limit)
    change(session, [delivery.id for delivery in claimed], leased_until=until)
    return claimed


def _whole_messages(found: list[ClaimedDelivery], limit: int) -> list[ClaimedDelivery]:
    if len(found) <= limit:
        return found
    cut = found[limit]
    if cut.message_id is None:
        return found[:limit]
    return [delivery for delivery in found[:limit] if delivery.companions != cut.companions]


def read_leased(session: Session, ids: Collection[int], lease: datetime) -> list[DeliveryFacts]:
    """Return those deliveries that still wait under this lease, locked, in order of id."""
    query = (
        select(
            Delivery.id,
            Delivery.alert_id,
            Delivery.attempts,
            Alert.kind,
            Alert.rung,
            Alert.amount,
            Alert.raised_at,
            Alert.due_at,
            Alert.since_at,
            Dossier.stopped_at,
            IS_STALE | Alert.withdrawn_at.is_not(None),
            UNIT.is_distinct_from(Alert.unit_code),
            Dossier.code,
            Dossier.procedure_code,
            Alert.unit_code,
            User.email,
            Webhook.url,
            Webhook.secret,
        )
        .join(Alert, Alert.id == Delivery.alert_id)
        .join(Dossier, Dossier.id == Alert.dossier_id)
        .outerjoin(User, (User.id == Delivery.user_id) & User.is_active)
        .outerjoin(Webhook, (Webhook.id == Delivery.webhook_id) & Webhook.is_active)
        .where(_held(ids, lease))
        .order_by(Delivery.id)
        .with_for_update(of=Delivery)
    )
    return [DeliveryFacts(*tuple(row)) for row in session.execute(query)]


def begin_try(session: Session, ids: Collection[int], message_id: str, until: datetime) -> None:
    """Count one more try of one message and lengthen its lease."""
    tried = Delivery.attempts + 1
    change(session, ids, attempts=tried, message_id=message_id, leased_until=until)


def list_tries(session: Session, ids: Collection[int], lease: datetime) -> dict[int, list[int]]:
    """Return the deliveries that wait under this lease, by how often they were tried; locked."""
    query = select(Delivery.attempts, Delivery.id).where(_held(ids, lease)).with_for_update()
    by_tries: dict[int, list[int]] = {}
    for attempts, delivery_id in session.execute(query):
        by_tries.setdefault(attempts, []).append(delivery_id)
    return by_tries


def release(session: Session, ids: Collection[int], lease: datetime) -> None:
    """Give deliveries back that were claimed and not tried."""
    held = session.scalars(select(Delivery.id).where(_held(ids, lease)).with_for_update())
    change(session, list(held), leased_until=None)


def _held(ids: Collection[int], lease: datetime) -> ColumnElement[bool]:
    is_ours = (Delivery.status == DeliveryStatus.WAITING) & (Delivery.leased_until == lease)
    return Delivery.id.in_(ids) & is_ours
