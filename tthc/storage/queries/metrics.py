"""Counts for the indicators: one statement for all units of a period. No division here.

Every dossier is looked at as it stood at the period's moment, from dated facts and not from
its present status: its end if it had ended by then, the due date in force then, the stop that
was open then.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    TIMESTAMP,
    ColumnElement,
    Date,
    Integer,
    Interval,
    Subquery,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import TSTZMULTIRANGE
from sqlalchemy.orm import InstrumentedAttribute, Session

from tthc.domain.dossier import StopReason
from tthc.domain.metrics import Period, Tally
from tthc.domain.moment import VIET_NAM
from tthc.domain.reference import ServiceLevel
from tthc.storage.queries.metrics_counts import conditions_of, tally_of
from tthc.storage.tables.dossiers import ClockStop, Dossier, DossierEvent, DueVersion
from tthc.storage.tables.reference import ServiceLevelRow

DAY = literal(timedelta(hours=24), Interval)
FENCE = literal_column("0", Integer)
"""``OFFSET 0``: the planner works the columns below it out once, not in each count above it."""

FOREVER: ColumnElement[datetime] = literal_column("'infinity'::timestamptz")


def tally_units(
    session: Session, period: Period, unit_codes: Collection[str] | None
) -> dict[str | None, Tally]:
    """Count the dossiers of a period by resolving unit; the key None is the unassigned bucket.

    ``unit_codes`` None counts every unit and the unassigned bucket. Units without a dossier
    are absent.
    """
    judged = _judged(_as_seen(period, unit_codes), period)
    counts = [
        func.count().filter(where).label(name) for name, where in conditions_of(judged).items()
    ]
    query = select(judged.c.unit, func.count().label("all"), *counts).group_by(judged.c.unit)
    found = session.execute(query)
    names = list(found.keys())[1:]
    return {row[0]: tally_of(dict(zip(names, row[1:], strict=True))) for row in found}


def find_event_head(session: Session) -> int:
    """Return the id of the newest event, 0 without one: what a figure was computed from."""
    return session.scalar(select(func.max(DossierEvent.id))) or 0


def _as_seen(period: Period, unit_codes: Collection[str] | None) -> Subquery:
    """Return each dossier that lived in the period as it stood at ``period.at``."""
    at, d, offered = period.at, Dossier, _full_online()
    ended = d.ended_at < at
    lived = and_(d.received_at < at, func.coalesce(d.ended_at, FOREVER) >= period.since)
    received = d.received_at >= period.since
    query = (
        select(
            d.resolving_unit.label("unit"),
            received.label("received"),
            and_(received, offered.c.times.contains(d.received_at)).label("eligible"),
            d.channel,
            d.submitted_by,
            case((ended, d.ended_at)).label("ended_at"),
            (d.finished_at < at).label("has_result"),
            _due_then(d.due_at, DueVersion.due_at, period).label("due_at"),
            _due_then(d.overdue_at, DueVersion.overdue_at, period).label("overdue_at"),
            d.original_due_at,
            d.original_overdue_at,
            _stopped_then(period).label("stopped_at"),
            _supplements_then(period).label("supplements"),
        )
        .outerjoin(offered, offered.c.procedure_code == d.procedure_code)
        .where(lived)
    )
    if unit_codes is not None:
        query = query.where(d.resolving_unit.in_(sorted(unit_codes)))
    return query.offset(FENCE).subquery("seen")


def _due_then(
    now_column: InstrumentedAttribute[Any], then_column: InstrumentedAttribute[Any], period: Period
) -> ColumnElement[Any]:
    """Return the due instant in force at the moment; the history is read only if it moved."""
    then = (
        select(then_column)
        .where(DueVersion.dossier_id == Dossier.id, DueVersion.set_at < period.at)
        .order_by(DueVersion.version.desc())
        .limit(1)
        .scalar_subquery()
    )
    return case((Dossier.due_set_at < period.at, now_column), else_=then)


def _stopped_then(period: Period) -> ColumnElement[Any]:
    then = (
        select(ClockStop.stood_since)
        .where(
            ClockStop.dossier_id == Dossier.id,
            ClockStop.started_at < period.at,
            or_(ClockStop.ended_at.is_(None), ClockStop.ended_at >= period.at),
        )
        .limit(1)
        .scalar_subquery()
    )
    ended = Dossier.ended_at < period.at
    return case((Dossier.stop_count == 0, null()), (ended, Dossier.stopped_at), else_=then)


def _supplements_then(period: Period) -> ColumnElement[Any]:
    then = (
        select(func.count())
        .where(
            ClockStop.dossier_id == Dossier.id,
            ClockStop.reason == StopReason.SUPPLEMENT,
            ClockStop.started_at < period.at,
        )
        .scalar_subquery()
    )
    return case((Dossier.supplement_count == 0, 0), else_=then)


def _full_online() -> Subquery:
    """Return the times at which each procedure is offered full-online, as one multirange."""
    level = ServiceLevelRow
    times = func.range_agg(func.tstzrange(_midnight(level.valid_from), _midnight(level.valid_to)))
    return (
        select(level.procedure_code, type_coerce(times, TSTZMULTIRANGE).label("times"))
        .where(level.level == ServiceLevel.FULL_ONLINE)
        .group_by(level.procedure_code)
        .subquery("full_online")
    )


def _midnight(day: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    return func.timezone(VIET_NAM.key, cast(day, TIMESTAMP))


def _civil_day(instant: ColumnElement[Any] | InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    return cast(func.timezone(VIET_NAM.key, instant), Date)


def _judged(seen: Subquery, period: Period) -> Subquery:
    """Return of each dossier seen what is true of it, each thing worked out once."""
    c = seen.c
    ended, has_due = c.ended_at.is_not(None), c.due_at.is_not(None)
    judged = func.coalesce(c.stopped_at, c.ended_at, period.at)
    return (
        select(
            c.unit,
            c.received,
            c.eligible,
            c.channel,
            c.submitted_by,
            and_(ended, c.has_result.is_(True)).label("finished"),
            and_(ended, c.has_result.is_not(True)).label("closed"),
            (~ended).label("pending"),
            has_due.label("has_due"),
            c.stopped_at.is_not(None).label("stopped"),
            (c.supplements > 1).label("unsound"),
            _is_early(c.ended_at, c.due_at).label("early"),
            (judged >= c.overdue_at).label("day__late"),
            (judged > c.due_at).label("instant__late"),
            (judged >= c.original_overdue_at).label("day__late_to_original"),
            (judged > c.original_due_at).label("instant__late_to_original"),
        )
        .offset(FENCE)
        .subquery("judged")
    )


def _is_early(ended: ColumnElement[Any], due: ColumnElement[Any]) -> ColumnElement[Any]:
    """Whether it ended on a civil day before the due one; the calendar is asked only if near."""
    return case(
        (ended >= due, false()),
        (ended < due - DAY, true()),
        else_=_civil_day(ended) < _civil_day(due),
    )
