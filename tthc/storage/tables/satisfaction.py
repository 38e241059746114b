"""How content citizens were."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tthc.storage.base import Base


class SatisfactionRating(Base):
    """The one answer for a dossier, on the day it was given; never changed.

    ``unit_code`` is who resolved the dossier, empty where unassigned. It keeps no time of day and
    no address, and is read as counts only.
    """

    __tablename__ = "satisfaction_ratings"
    __table_args__ = (
        CheckConstraint(
            "cardinality(grievances) = 0 OR NOT is_satisfied", name="reasons_with_a_no"
        ),
        CheckConstraint(
            "grievances <@ ARRAY['late', 'unclear', 'papers_again', 'papers_beyond', 'attitude',"
            " 'cost', 'other']::varchar[]",
            name="known_reasons",
        ),
        Index("ix_satisfaction_ratings_rated_on", "rated_on", "unit_code"),
    )

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), primary_key=True)
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"))
    rated_on: Mapped[date]
    is_satisfied: Mapped[bool]
    grievances: Mapped[list[str]] = mapped_column(ARRAY(String(32)))
