"""Closed periods: what was reported of them, and every change that was told afterwards."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from tthc.domain.closing import Change, ClosingStatus
from tthc.storage.base import Base, as_text


class Closing(Base):
    """One unit's period from the wish to close it on.

    ``dossiers``, ``spoiled`` and ``discords`` are what the data-quality gate saw last; doubtful
    data are closed for a reason, by somebody else than who proposed it.
    """

    __tablename__ = "period_closings"
    __table_args__ = (
        CheckConstraint("until_on > since_on", name="ends_after_beginning"),
        CheckConstraint(
            "NOT is_doubtful OR (reason IS NOT NULL AND closed_by IS DISTINCT FROM proposed_by)",
            name="doubt_needs_reason_and_second_person",
        ),
        CheckConstraint(
            "(status = 'closed') = (closed_by IS NOT NULL AND closed_at IS NOT NULL)",
            name="closed_by_somebody",
        ),
        Index(
            "uq_period_closings_unit_code_since_on_until_on",
            *("unit_code", "since_on", "until_on"),
            unique=True,
            postgresql_where=text("status <> 'withdrawn'"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    since_on: Mapped[date]
    until_on: Mapped[date]
    status: Mapped[ClosingStatus] = mapped_column(as_text(ClosingStatus))
    is_doubtful: Mapped[bool]
    dossiers: Mapped[int]
    spoiled: Mapped[int]
    discords: Mapped[int]
    reason: Mapped[str | None] = mapped_column(String(2000))
    proposed_by: Mapped[str] = mapped_column(String(80))
    proposed_at: Mapped[datetime]
    closed_by: Mapped[str | None] = mapped_column(String(80))
    closed_at: Mapped[datetime | None]


class Report(Base):
    """The figures of a closed period as told at one time, with every dossier behind them.

    Number 0 is as reported; each further one is restated after adjustments, for a reason.
    ``pack`` is the evidence pack, whose manifest has the fingerprint ``sha256``. Rows are
    inserted, never updated.
    """

    __tablename__ = "period_reports"
    __table_args__ = (
        CheckConstraint("(number = 0) = (reason IS NULL)", name="restated_for_a_reason"),
    )

    closing_id: Mapped[int] = mapped_column(ForeignKey("period_closings.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    made_by: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(String(2000))
    calendar_revision: Mapped[int]
    event_head: Mapped[int] = mapped_column(BigInteger)
    rules_sha256: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64))
    pack: Mapped[bytes] = mapped_column(deferred=True)


class AdjustmentRow(Base):
    """One line of a report that differs from the report before; inserted, never updated."""

    __tablename__ = "period_adjustments"
    __table_args__ = (CheckConstraint("num_nonnulls(before, after) > 0", name="something_changed"),)

    closing_id: Mapped[int] = mapped_column(ForeignKey("period_closings.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    file: Mapped[str] = mapped_column(String(40), primary_key=True)
    subject: Mapped[str] = mapped_column(String(80), primary_key=True)
    change: Mapped[Change] = mapped_column(as_text(Change))
    before: Mapped[str | None]
    after: Mapped[str | None]
