"""Where people are reached besides mail."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tthc.storage.bulk import one_of
from tthc.storage.tables.accounts import User
from tthc.storage.tables.contact_points import ContactPoint

MAIL = "mail"


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A person's address in a channel, by user name."""

    username: str
    channel: str
    target: str
    added_at: datetime


def list_contact_points(session: Session, username: str | None = None) -> list[ContactRow]:
    """Return the contact points of a person, or of everybody, by name and channel."""
    query = (
        select(User.username, ContactPoint.channel, ContactPoint.target, ContactPoint.added_at)
        .join(User, User.id == ContactPoint.user_id)
        .order_by(User.username, ContactPoint.channel)
    )
    if username is not None:
        query = query.where(User.username == username)
    return [ContactRow(*row) for row in session.execute(query)]


def has_contact_point(session: Session, user_id: int, channel: str) -> bool:
    """Whether a person has an address in a channel."""
    held = ContactPoint.user_id == user_id, ContactPoint.channel == channel
    return session.scalar(select(ContactPoint.id).where(*held)) is not None


def remove_contact_point(session: Session, user_id: int, channel: str) -> bool:
    """Take an address away; False when there was none."""
    gone = delete(ContactPoint).where(
        ContactPoint.user_id == user_id, ContactPoint.channel == channel
    )
    return session.execute(gone.returning(ContactPoint.id)).one_or_none() is not None


def channels_of(session: Session, user_ids: Collection[int]) -> dict[int, list[str]]:
    """Return by which channels these people are told: mail first, if they have an address."""
    query = (
        select(User.id, User.email.is_not(None), ContactPoint.channel)
        .outerjoin(ContactPoint, ContactPoint.user_id == User.id)
        .where(User.id == one_of(sorted(user_ids)))
        .order_by(User.id, ContactPoint.channel)
    )
    found: dict[int, list[str]] = {}
    for user_id, has_mail, channel in session.execute(query):
        told = found.setdefault(user_id, [MAIL] if has_mail else [])
        told += [channel] if channel else []
    return found
