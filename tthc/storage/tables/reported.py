"""Figures that people report: inserted, never updated."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tthc.storage.base import Base


class ReportedFigure(Base):
    """Two counts of a unit and period as somebody reported them.

    Number 0 is the first; each further one corrects the one before for a reason, or takes it back
    (no counts). The highest number holds.
    """

    __tablename__ = "reported_figures"
    __table_args__ = (
        UniqueConstraint("figure", "unit_code", "since_on", "until_on", "number"),
        CheckConstraint("until_on > since_on", name="ends_after_beginning"),
        CheckConstraint("(number = 0) = (reason IS NULL)", name="corrected_for_a_reason"),
        CheckConstraint(
            "num_nonnulls(numerator, denominator) <> 1 AND numerator >= 0"
            " AND numerator <= denominator",
            name="counts_are_a_fraction",
        ),
        CheckConstraint("number > 0 OR numerator IS NOT NULL", name="first_one_has_counts"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    figure: Mapped[str] = mapped_column(String(60))
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    since_on: Mapped[date]
    until_on: Mapped[date]
    number: Mapped[int]
    numerator: Mapped[int | None] = mapped_column(BigInteger)
    denominator: Mapped[int | None] = mapped_column(BigInteger)
    source: Mapped[str] = mapped_column(String(300))
    reason: Mapped[str | None] = mapped_column(String(2000))
    entered_by: Mapped[str] = mapped_column(String(80))
    entered_at: Mapped[datetime]
