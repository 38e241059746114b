"""Where people are reached besides mail."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tthc.storage.base import Base
from tthc.storage.tables.accounts import User


class ContactPoint(Base):
    """A person's own address in a channel: a chat id, never a credential of the installation."""

    __tablename__ = "contact_points"
    __table_args__ = (UniqueConstraint("user_id", "channel"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    channel: Mapped[str] = mapped_column(String(20))
    target: Mapped[str] = mapped_column(String(101))
    added_at: Mapped[datetime]
