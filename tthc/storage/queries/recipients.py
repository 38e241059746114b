"""Who there is to hear of alerts: people with an address, and programs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tthc.domain.accounts import Role
from tthc.domain.telling import Heard
from tthc.storage.bulk import one_of
from tthc.storage.tables.accounts import RoleGrant, User
from tthc.storage.tables.alerts import Delivery, DeliveryStatus
from tthc.storage.tables.contact_points import ContactPoint
from tthc.storage.tables.webhooks import Webhook

POSTS = (Role.RECEPTION, Role.MANAGER, Role.CHAIR, Role.PROVINCE_VIEWER)
_HAS_CONTACT_POINT = select(ContactPoint.id).where(ContactPoint.user_id == User.id).exists()
REACHABLE = User.is_active & (User.email.is_not(None) | _HAS_CONTACT_POINT)


@dataclass(frozen=True, slots=True)
class Post:
    """A role on a unit and somebody reachable who holds it."""

    role: Role
    unit_code: str | None
    user_id: int


def find_officers(session: Session, usernames: Collection[str]) -> dict[str, int]:
    """Return the ids of the reachable users of these names."""
    query = select(User.username, User.id).where(User.username.in_(usernames), REACHABLE)
    return dict(session.execute(query).all())


def list_posts(session: Session, units: Collection[str]) -> list[Post]:
    """Return who is reachable of those who hold a post on these units."""
    query = (
        select(RoleGrant.role, RoleGrant.unit_code, RoleGrant.user_id)
        .join(User, User.id == RoleGrant.user_id)
        .where(
            RoleGrant.role.in_(POSTS),
            RoleGrant.unit_code.in_(units),
            REACHABLE,
        )
    )
    return [Post(*row) for row in session.execute(query)]


def list_webhooks(session: Session) -> list[tuple[int, str | None]]:
    """Return the id and the unit of every active webhook; no unit means every alert."""
    query = select(Webhook.id, Webhook.unit_code).where(Webhook.is_active)
    return [(webhook_id, unit_code) for webhook_id, unit_code in session.execute(query)]


def read_heard(session: Session, user_ids: Collection[int], *, since: datetime) -> dict[int, Heard]:
    """Return when these people were told since a moment, and what is planned for them."""
    waits = (Delivery.status == DeliveryStatus.WAITING) & (Delivery.attempts == 0)
    planned = func.min(Delivery.next_try_at)
    query = (
        select(
            Delivery.user_id,
            func.max(Delivery.sent_at).filter(~Delivery.is_urgent),
            func.max(Delivery.sent_at),
            planned.filter(waits, ~Delivery.is_urgent),
            planned.filter(waits, Delivery.is_urgent),
        )
        .where(
            Delivery.user_id == one_of(sorted(user_ids)),
            (Delivery.sent_at >= since) | (Delivery.status == DeliveryStatus.WAITING),
        )
        .group_by(Delivery.user_id)
    )
    return {user_id: Heard(*heard) for user_id, *heard in session.execute(query) if user_id}
