"""Changes of the calendar on their way, their days, and the dossiers they move."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from tthc.domain.campaign import CampaignStatus, Turn
from tthc.domain.decision import Change
from tthc.storage.base import Base, as_text


class Campaign(Base):
    """One decision from proposal to application.

    ``base_revision`` is the calendar that its days were settled against, ``revision`` the one
    that its approval made. ``done_through`` is the last dossier looked at, by the preview of a
    draft or by the application, so that either goes on where it was; ``looked_at`` counts them,
    ``unreadable`` those whose derivation cannot be replayed.
    """

    __tablename__ = "calendar_campaigns"
    __table_args__ = (
        CheckConstraint("approved_by <> proposed_by", name="second_person"),
        Index(
            "ix_calendar_campaigns_open",
            "id",
            postgresql_where=text("status IN ('draft', 'approved')"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"))
    legal_basis: Mapped[str] = mapped_column(String(300))
    source: Mapped[str] = mapped_column(String(300))
    status: Mapped[CampaignStatus] = mapped_column(as_text(CampaignStatus))
    base_revision: Mapped[int]
    revision: Mapped[int | None] = mapped_column(ForeignKey("calendar_revisions.number"))
    proposed_by: Mapped[str] = mapped_column(String(80))
    proposed_at: Mapped[datetime]
    previewed_at: Mapped[datetime | None]
    approved_by: Mapped[str | None] = mapped_column(String(80))
    approved_at: Mapped[datetime | None]
    applied_at: Mapped[datetime | None]
    done_through: Mapped[int] = mapped_column(BigInteger, default=0)
    looked_at: Mapped[int] = mapped_column(default=0)
    unreadable: Mapped[int] = mapped_column(default=0)


class CampaignDay(Base):
    """One day that a campaign changes."""

    __tablename__ = "calendar_campaign_days"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("calendar_campaigns.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    change: Mapped[Change] = mapped_column(as_text(Change))
    name: Mapped[str] = mapped_column(String(200))


class CampaignMove(Base):
    """One dossier that a campaign moves: as previewed, as applied once ``applied_at`` is set."""

    __tablename__ = "calendar_campaign_moves"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("calendar_campaigns.id"), primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), primary_key=True)
    unit_code: Mapped[str | None] = mapped_column(String(10))
    due_before: Mapped[datetime]
    due_after: Mapped[datetime]
    turn: Mapped[Turn | None] = mapped_column(as_text(Turn))
    applied_at: Mapped[datetime | None]
