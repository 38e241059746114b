"""What was true of a dossier at a moment, as parts of a statement over ``dossiers``."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, null, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from tthc.domain.dossier import StopReason
from tthc.storage.tables.dossiers import ClockStop, Dossier, DossierEvent, DueVersion


def due_then(
    now_column: InstrumentedAttribute[Any], then_column: InstrumentedAttribute[Any], at: datetime
) -> ColumnElement[Any]:
    """Return the due instant in force at the moment; the history is read only if it moved."""
    then = (
        select(then_column)
        .where(DueVersion.dossier_id == Dossier.id, DueVersion.set_at < at)
        .order_by(DueVersion.version.desc())
        .limit(1)
        .scalar_subquery()
    )
    return case((Dossier.due_set_at < at, now_column), else_=then)


def stopped_then(at: datetime) -> ColumnElement[Any]:
    """Return since when the clock stood at the moment; of what had ended see the row itself."""
    then = (
        select(ClockStop.stood_since)
        .where(
            ClockStop.dossier_id == Dossier.id,
            ClockStop.started_at < at,
            or_(ClockStop.ended_at.is_(None), ClockStop.ended_at >= at),
        )
        .limit(1)
        .scalar_subquery()
    )
    return case((Dossier.stop_count == 0, null()), else_=then)


def supplements_then(at: datetime, *, above: int) -> ColumnElement[Any]:
    """Return how often papers had been asked for by then; 0 where it never was above ``above``.

    A figure asks whether it was more than once, and need not look at whoever was asked once.
    """
    then = (
        select(func.count())
        .where(
            ClockStop.dossier_id == Dossier.id,
            ClockStop.reason == StopReason.SUPPLEMENT,
            ClockStop.started_at < at,
        )
        .scalar_subquery()
    )
    return case((Dossier.supplement_count <= above, 0), else_=then)


def officer_then(at: datetime) -> ColumnElement[Any]:
    """Return who had the dossier at the moment, from its events: it may change hands."""
    event = DossierEvent
    return (
        select(event.changes["officer"].astext)
        .where(
            event.dossier_id == Dossier.id,
            event.happened_at < at,
            event.changes.has_key("officer"),
        )
        .order_by(event.version.desc())
        .limit(1)
        .scalar_subquery()
    )


def of_units(units: Collection[str | None] | None) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of belonging to units, None among them being those of none."""
    if units is None:
        return ()
    named = Dossier.resolving_unit.in_(sorted(unit for unit in units if unit is not None))
    return (or_(named, Dossier.resolving_unit.is_(None)) if None in units else named,)
