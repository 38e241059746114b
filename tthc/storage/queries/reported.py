"""Figures that people reported, as they were known at a moment."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from tthc.domain.scoring import Measure
from tthc.storage.tables.reported import ReportedFigure


@dataclass(frozen=True, slots=True)
class Days:
    """The period ``[since_on, until_on)`` that figures are of."""

    since_on: date
    until_on: date


def map_reported(
    session: Session, days: Days, units: Collection[str] | None, *, as_of: datetime
) -> dict[str, dict[str, Measure]]:
    """Return by figure and unit what held at ``as_of`` of exactly this period; None is all units.

    One that was taken back is there without counts.
    """
    f = ReportedFigure
    query = (
        select(f.figure, f.unit_code, f.numerator, f.denominator)
        .ext(distinct_on(f.figure, f.unit_code))
        .where(f.since_on == days.since_on, f.until_on == days.until_on, f.entered_at <= as_of)
        .order_by(f.figure, f.unit_code, f.number.desc())
    )
    if units is not None:
        query = query.where(f.unit_code.in_(sorted(units)))
    found: dict[str, dict[str, Measure]] = {}
    for figure, unit_code, numerator, denominator in session.execute(query):
        found.setdefault(figure, {})[unit_code] = Measure(numerator, denominator)
    return found


def find_newest(
    session: Session, figure: str, unit_code: str, days: Days
) -> Row[int, int | None, int | None] | None:
    """Return the number and counts of the figure that holds now, None if none was reported."""
    f = ReportedFigure
    return session.execute(
        select(f.number, f.numerator, f.denominator)
        .where(
            f.figure == figure,
            f.unit_code == unit_code,
            f.since_on == days.since_on,
            f.until_on == days.until_on,
        )
        .order_by(f.number.desc())
        .limit(1)
    ).one_or_none()


def list_reported(
    session: Session,
    units: Collection[str] | None,
    *,
    figure: str | None,
    before_id: int | None,
    limit: int,
) -> Sequence[ReportedFigure]:
    """Return the newest figures of these units (None is all), every correction included."""
    query = select(ReportedFigure).order_by(ReportedFigure.id.desc()).limit(limit)
    if units is not None:
        query = query.where(ReportedFigure.unit_code.in_(sorted(units)))
    if figure is not None:
        query = query.where(ReportedFigure.figure == figure)
    if before_id is not None:
        query = query.where(ReportedFigure.id < before_id)
    return session.scalars(query).all()
