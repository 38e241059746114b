"""What the rules of data quality look at, beside the instants of a dossier."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Interval, and_, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from tthc.domain.lifecycle import Action
from tthc.domain.metrics import Period
from tthc.domain.quality import LastDayStop, MovedDue
from tthc.storage.queries.evidence import in_period
from tthc.storage.queries.then import of_units
from tthc.storage.tables.dossiers import ClockStop, Dossier, DossierEvent, DueVersion

Units = Collection[str | None] | None


@dataclass(frozen=True, slots=True)
class Dates:
    """The instants of a dossier that no figure is counted from."""

    registered_at: datetime | None
    returned_at: datetime | None
    recorded_at: datetime


def map_dates(session: Session, period: Period, units: Units) -> dict[str, Dates]:
    """Return the further instants of the dossiers of a period, by code."""
    d = Dossier
    query = select(d.code, d.registered_at, d.returned_at, d.recorded_at)
    rows = session.execute(query.where(*_where(period, units)))
    return {row.code: Dates(*row[1:]) for row in rows}


def map_moved_dues(session: Session, period: Period, units: Units) -> dict[str, list[MovedDue]]:
    """Return the due dates that were moved within the period, by dossier."""
    before = aliased(DueVersion)
    stopped = (
        select(func.min(ClockStop.stood_since))
        .where(
            ClockStop.dossier_id == DueVersion.dossier_id, ClockStop.ended_at == DueVersion.set_at
        )
        .scalar_subquery()
    )
    query = (
        select(Dossier.code, before.overdue_at, DueVersion.set_at, stopped)
        .join(DueVersion, DueVersion.dossier_id == Dossier.id)
        .join(
            before,
            and_(
                before.dossier_id == DueVersion.dossier_id,
                before.version == DueVersion.version - 1,
            ),
        )
        .where(*_within(DueVersion.set_at, period.since, period.at), *_where(period, units))
    )
    found: dict[str, list[MovedDue]] = {}
    for row in session.execute(query):
        found.setdefault(row.code, []).append(MovedDue(*row[1:]))
    return found


def map_stops_from(
    session: Session, period: Period, units: Units, begins: datetime
) -> dict[str, list[LastDayStop]]:
    """Return the stops that began from ``begins`` to the period's end, by dossier."""
    query = (
        select(Dossier.code, ClockStop.started_at, ClockStop.ended_at)
        .join(ClockStop, ClockStop.dossier_id == Dossier.id)
        .where(*_within(ClockStop.started_at, begins, period.at), *_where(period, units))
    )
    found: dict[str, list[LastDayStop]] = {}
    for row in session.execute(query):
        found.setdefault(row.code, []).append(LastDayStop(*row[1:]))
    return found


def find_back_dated(
    session: Session, period: Period, units: Units, *, by_more_than: timedelta
) -> set[str]:
    """Return the dossiers with an event of the period that was recorded that much later.

    Dossiers taken over from another system are left out: all of their life was.
    """
    event, birth = DossierEvent, aliased(DossierEvent)
    is_taken_over = (
        select(birth.id)
        .where(birth.dossier_id == Dossier.id, birth.version == 1)
        .where(birth.action == Action.TAKE_OVER)
        .exists()
    )
    query = (
        select(Dossier.code)
        .distinct()
        .join(event, event.dossier_id == Dossier.id)
        .where(
            *_within(event.happened_at, period.since, period.at),
            event.recorded_at > event.happened_at + literal(by_more_than, Interval()),
            ~is_taken_over,
            *_where(period, units),
        )
    )
    return set(session.scalars(query))


def _where(period: Period, units: Units) -> tuple[ColumnElement[bool], ...]:
    return (*in_period(period), *of_units(units))


def _within(
    column: InstrumentedAttribute[datetime], begins: datetime, ends: datetime
) -> tuple[ColumnElement[bool], ...]:
    return column >= begins, column < ends
