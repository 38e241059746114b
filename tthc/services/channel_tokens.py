"""Tokens of a Zalo Official Account, renewed before they end.

A refresh token is used up by renewing, so one process renews at a time (a lease), outside any
transaction. A process that dies between Zalo's answer and the commit loses the new one: an
operator then authorises the channel again. Choice: docs/decisions/channels.md.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from tthc.channels.zalo_oa import Tokens
from tthc.services.sealing import seal, unseal
from tthc.storage.queries import channel_tokens as queries
from tthc.storage.tables.channel_tokens import ChannelToken

RENEW_BEFORE = timedelta(hours=2)
"""How long before its end an access token is renewed: room for some failed tries."""

LEASE = timedelta(minutes=2)
"""Longer than renewing takes; also the time from a failed try to the next one."""


@dataclass(frozen=True, slots=True)
class Place:
    """Whose tokens, and the key that seals them."""

    channel: str
    secret_key: str = field(repr=False)

    @property
    def about(self) -> str:
        """What they are sealed for."""
        return f"channel {self.channel}"


@dataclass(frozen=True, slots=True)
class Held:
    """Tokens as they are kept. ``refresh`` is there for whoever may renew them now."""

    access: str | None = field(repr=False)
    refresh: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class TokenState:
    """What may be told of tokens."""

    channel: str
    expires_at: datetime
    renewed_at: datetime
    last_error: str | None


def keep_tokens(session: Session, place: Place, tokens: Tokens, *, now: datetime) -> None:
    """Keep tokens in place of those before; what waited for them may go on."""
    told = json.dumps([tokens.access, tokens.refresh])
    sealed = seal(place.secret_key, place.about, told)
    queries.put_tokens(session, place.channel, sealed, now + tokens.lifetime, now=now)


def authorise(session: Session, place: Place, refresh: str, *, now: datetime) -> None:
    """Keep the refresh token that an operator got from Zalo; the first message renews by it."""
    keep_tokens(session, place, Tokens("", refresh, timedelta(0)), now=now)


def hold_tokens(session: Session, place: Place, *, now: datetime) -> Held:
    """Return an access token in force, and when it is time, the right to renew it.

    Whoever gets a ``refresh`` renews before anybody else may, for the length of a lease. Both
    are None where nothing is kept, or nothing that this key opens.
    """
    row = queries.find_tokens(session, place.channel, lock=True)
    told = None if row is None else unseal(place.secret_key, place.about, row.sealed)
    if row is None or told is None:
        return Held(None, None)
    access, refresh = json.loads(told)
    valid = access if row.expires_at > now else None
    if row.expires_at - now > RENEW_BEFORE or _is_leased(row, now):
        return Held(valid, None)
    row.leased_until = now + LEASE
    session.flush()
    return Held(valid, refresh)


def note_trouble(session: Session, place: Place, error: str) -> None:
    """Note why tokens were not renewed; the next try is when the lease ends."""
    row = queries.find_tokens(session, place.channel, lock=True)
    if row is not None:
        row.last_error = error
        session.flush()


def distrust_tokens(session: Session, place: Place, access: str, *, now: datetime) -> None:
    """Note that Zalo refused an access token, so that it is renewed; newer ones stay."""
    row = queries.find_tokens(session, place.channel, lock=True)
    told = None if row is None else unseal(place.secret_key, place.about, row.sealed)
    if row is not None and told is not None and json.loads(told)[0] == access:
        row.expires_at = min(row.expires_at, now)
        session.flush()


def list_tokens(session: Session) -> list[TokenState]:
    """Return what may be told of the tokens kept, by channel."""
    return [
        TokenState(row.channel, row.expires_at, row.renewed_at, row.last_error)
        for row in queries.list_tokens(session)
    ]


def _is_leased(row: ChannelToken, now: datetime) -> bool:
    return row.leased_until is not None and row.leased_until > now
