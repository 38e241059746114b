"""Reads and writes of citizens' ratings."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from tthc.domain.satisfaction import Grievance, Rating, Ratings
from tthc.storage.tables.dossiers import Dossier
from tthc.storage.tables.satisfaction import SatisfactionRating


def add_rating(session: Session, dossier: Dossier, rating: Rating, *, rated_on: date) -> bool:
    """Write the answer for a dossier; False where there is one, which stays."""
    query = (
        insert(SatisfactionRating)
        .values(
            dossier_id=dossier.id,
            unit_code=dossier.resolving_unit,
            rated_on=rated_on,
            is_satisfied=rating.is_satisfied,
            grievances=sorted(rating.grievances),
        )
        .on_conflict_do_nothing(index_elements=[SatisfactionRating.dossier_id])
        .returning(SatisfactionRating.dossier_id)
    )
    return session.scalar(query) is not None


def has_rating(session: Session, dossier_id: int) -> bool:
    """Whether the dossier was rated."""
    query = select(SatisfactionRating.dossier_id)
    return session.scalar(query.where(SatisfactionRating.dossier_id == dossier_id)) is not None


def tally_ratings(
    session: Session, since: date, last: date, units: Collection[str] | None
) -> dict[str | None, Ratings]:
    """Count the ratings of the days ``since`` to ``last`` by unit; ``units`` None counts all.

    The key None is the unassigned bucket. Units without a rating are absent.
    """
    row = SatisfactionRating
    query = (
        select(row.unit_code, row.is_satisfied, row.grievances, func.count())
        .where(row.rated_on >= since, row.rated_on <= last)
        .group_by(row.unit_code, row.is_satisfied, row.grievances)
    )
    if units is not None:
        query = query.where(row.unit_code.in_(sorted(units)))
    found: dict[str | None, Ratings] = {}
    for unit, is_satisfied, grievances, count in session.execute(query):
        reasons = {Grievance(reason): count for reason in grievances}
        part = Ratings(count, count if is_satisfied else 0, reasons)
        found[unit] = found.get(unit, Ratings()).plus(part)
    return found
