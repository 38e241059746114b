"""Tokens of channels."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from tthc.storage.tables.channel_tokens import ChannelToken


def find_tokens(session: Session, channel: str, *, lock: bool = False) -> ChannelToken | None:
    """Return the tokens of a channel, with ``lock`` held until the transaction ends."""
    query = select(ChannelToken).where(ChannelToken.channel == channel)
    if lock:
        query = query.with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def put_tokens(
    session: Session, channel: str, sealed: bytes, expires_at: datetime, *, now: datetime
) -> None:
    """Write the tokens of a channel over those before, and end any lease."""
    values = {
        "sealed": sealed,
        "expires_at": expires_at,
        "renewed_at": now,
        "leased_until": None,
        "last_error": None,
    }
    query = insert(ChannelToken).values(channel=channel, **values)
    session.execute(query.on_conflict_do_update(index_elements=["channel"], set_=values))


def list_tokens(session: Session) -> list[ChannelToken]:
    """Return the tokens of every channel, by name."""
    query = select(ChannelToken).order_by(ChannelToken.channel)
    return list(session.scalars(query.execution_options(populate_existing=True)))
