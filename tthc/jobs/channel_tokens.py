"""An access token of Zalo for whoever sends. Renewing happens outside any transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from sqlalchemy.orm import Session, sessionmaker

from tthc.channels.outgoing import FailureKind, SendError
from tthc.channels.zalo_oa import TokenSource, ZaloApp, refresh_tokens
from tthc.services.channel_tokens import (
    Place,
    distrust_tokens,
    hold_tokens,
    keep_tokens,
    note_trouble,
)

log = structlog.get_logger("tthc.delivery")


@dataclass(frozen=True, slots=True)
class TokenDoors:
    """What keeping tokens needs; ``sessions`` is asked when a message is sent."""

    sessions: Callable[[], sessionmaker[Session]]
    clock: Callable[[], datetime]
    secret_key: str = field(repr=False)

    def tokens_of(self, channel: str, app: ZaloApp) -> TokenSource:
        """Return where the tokens of a channel come from."""
        return KeptTokens(self, Place(channel, self.secret_key), app)


@dataclass(frozen=True, slots=True)
class KeptTokens:
    """The tokens of a channel in the database, renewed two hours before they end."""

    doors: TokenDoors
    place: Place
    app: ZaloApp

    def current(self) -> str:
        """Return an access token in force, renewing it when it is time.

        Raises:
            SendError: none is in force, and none is to be had now.
        """
        with self.doors.sessions().begin() as session:
            held = hold_tokens(session, self.place, now=self.doors.clock())
        access, trouble = held.access, FailureKind.UNAUTHORISED
        if held.refresh is not None:
            try:
                return self._renew(held.refresh)
            except SendError as error:
                trouble = error.kind
                self._note(trouble)
        if access is None:
            raise SendError(trouble)
        return access

    def distrust(self, access: str) -> None:
        """Have a token renewed that Zalo refused."""
        with self.doors.sessions().begin() as session:
            distrust_tokens(session, self.place, access, now=self.doors.clock())

    def _renew(self, refresh: str) -> str:
        tokens = refresh_tokens(self.app, refresh)
        with self.doors.sessions().begin() as session:
            keep_tokens(session, self.place, tokens, now=self.doors.clock())
        return tokens.access

    def _note(self, kind: FailureKind) -> None:
        with self.doors.sessions().begin() as session:
            note_trouble(session, self.place, kind.value)
        log.warning("token_not_renewed", kind=kind.value, channel=self.place.channel)
