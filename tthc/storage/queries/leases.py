"""Deliveries under lease: from the claim to the try."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from tthc.domain.ladder import AlertKind
from tthc.storage.queries.absences import is_away
from tthc.storage.queries.alerts import IS_STALE, UNIT
from tthc.storage.queries.contact_points import MAIL
from tthc.storage.queries.outbox import Outbox
from tthc.storage.tables.accounts import User
from tthc.storage.tables.alerts import Alert, Delivery
from tthc.storage.tables.contact_points import ContactPoint
from tthc.storage.tables.dossiers import Dossier
from tthc.storage.tables.webhooks import Webhook

_IS_THERE = (User.id == Delivery.user_id) & User.is_active
_ADDRESS_OF_A_PERSON = case((Delivery.channel == MAIL, User.email), else_=ContactPoint.target)
_CLAIMING = "tthc claims deliveries"
_OUTBOX = Outbox(Delivery)
begin_try, release = _OUTBOX.begin_try, _OUTBOX.release


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
    webhook_id: int | None
    address: str | None
    secret: str | None
    is_internal: bool | None


@dataclass(frozen=True, slots=True)
class Claim:
    """What a relay asks for: up to ``limit`` of ``channels``, nothing of ``webhooks_away``."""

    channels: Collection[str]
    webhooks_away: Collection[int]
    until: datetime
    limit: int


def lease_waiting(session: Session, claim: Claim, *, now: datetime) -> list[ClaimedDelivery]:
    """Put waiting deliveries under lease, by recipient.

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
            _OUTBOX.is_free(claim.channels, now=now),
            func.coalesce(Delivery.webhook_id, 0).not_in(sorted(claim.webhooks_away)),
        )
        .order_by(
            Delivery.channel,
            Delivery.user_id,
            Delivery.webhook_id,
            Delivery.message_id,
            Delivery.id,
        )
        .limit(claim.limit + 1)
        .with_for_update()
    )
    found = [ClaimedDelivery(*row) for row in session.execute(query)]
    claimed = _whole_messages(found, claim.limit)
    _OUTBOX.change(session, [delivery.id for delivery in claimed], leased_until=claim.until)
    return claimed


def _whole_messages(found: list[ClaimedDelivery], limit: int) -> list[ClaimedDelivery]:
    if len(found) <= limit:
        return found
    cut = found[limit]
    if cut.message_id is None:
        return found[:limit]
    return [delivery for delivery in found[:limit] if delivery.companions != cut.companions]


def read_leased(
    session: Session, ids: Collection[int], lease: datetime, *, today: date
) -> list[DeliveryFacts]:
    """Return those deliveries that still wait under this lease, locked, in order of id.

    Whoever is away today has no address.
    """
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
            Delivery.webhook_id,
            func.coalesce(Webhook.url, _ADDRESS_OF_A_PERSON),
            Webhook.secret,
            Webhook.is_internal,
        )
        .join(Alert, Alert.id == Delivery.alert_id)
        .join(Dossier, Dossier.id == Alert.dossier_id)
        .outerjoin(User, _IS_THERE & ~is_away(User.id.expression, today=today))
        .outerjoin(
            ContactPoint,
            (ContactPoint.user_id == User.id) & (ContactPoint.channel == Delivery.channel),
        )
        .outerjoin(Webhook, (Webhook.id == Delivery.webhook_id) & Webhook.is_active)
        .where(_OUTBOX.held(ids, lease))
        .order_by(Delivery.id)
        .with_for_update(of=Delivery)
    )
    return [DeliveryFacts(*tuple(row)) for row in session.execute(query)]
