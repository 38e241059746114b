"""Where people are reached besides mail: said by themselves, or by an operator.

Each is told of an alert once by every channel they have, mail too if they have an address.
Choice: docs/decisions/channels.md.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tthc.domain.contact_points import ContactPointTakenError, check_contact_point
from tthc.domain.errors import NotFoundError
from tthc.storage.queries import accounts
from tthc.storage.queries import contact_points as queries
from tthc.storage.queries.contact_points import ContactRow
from tthc.storage.tables.contact_points import ContactPoint

ContactEntry = ContactRow
"""A contact point as it is shown."""


@dataclass(frozen=True, slots=True)
class NewContactPoint:
    """Somebody's own address in a channel."""

    username: str
    channel: str
    target: str


def add_contact_point(
    session: Session, new: NewContactPoint, channels: Collection[str], *, now: datetime
) -> ContactEntry:
    """Have somebody told by a channel too, of what is routed from now on.

    Raises:
        NotFoundError: no such user in force.
        ChannelUnknownError, TargetMalformedError: not one of ``channels``; no address.
        ContactPointTakenError: they have an address in it already.
    """
    user_id = accounts.get_account(session, new.username).user_id
    check_contact_point(new.channel, new.target, channels)
    accounts.lock_user(session, user_id)
    if queries.has_contact_point(session, user_id, new.channel):
        raise ContactPointTakenError(
            "Đã có địa chỉ ở kênh này; hãy xóa trước khi thêm.",
            "there is an address in this channel already; remove it first",
            field="channel",
        )
    session.add(ContactPoint(user_id=user_id, channel=new.channel, target=new.target, added_at=now))
    session.flush()
    return ContactEntry(new.username, new.channel, new.target, now)


def remove_contact_point(session: Session, username: str, channel: str) -> None:
    """Tell somebody by a channel no more; what waits there is withdrawn when its turn comes.

    Raises:
        NotFoundError: no such user, or no address of theirs in the channel.
    """
    user = accounts.get_user(session, username)
    if not queries.remove_contact_point(session, user.id, channel):
        raise NotFoundError("Không có địa chỉ ở kênh này.", "there is no address in this channel")


def list_contact_points(session: Session, username: str | None = None) -> list[ContactEntry]:
    """Return the contact points of one person, or of everybody, by name and channel."""
    return queries.list_contact_points(session, username)
