"""Tokens of channels that change while they are used."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from tthc.storage.base import Base


class ChannelToken(Base):
    """The tokens of a channel, sealed with the application's key.

    ``leased_until`` keeps two processes from using up the same refresh token. ``last_error``
    is why it was not renewed.
    """

    __tablename__ = "channel_tokens"

    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]
    renewed_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(200))
