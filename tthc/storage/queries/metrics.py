"""Standings for the indicators: one statement for all units of a period. No division here.

Every dossier is looked at as it stood at the period's moment, from dated facts and not from
its present status. One that had ended by then stands as it stood at its end, which the
database keeps (``dossiers.standing``); one that lived is judged now, by the due date in force
then and the stop that was open then.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    TIMESTAMP,
    ColumnElement,
    Integer,
    Select,
    SQLColumnExpression,
    Subquery,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSTZMULTIRANGE
from sqlalchemy.orm import InstrumentedAttribute, Session

from tthc.domain.metrics import Period, Tally
from tthc.domain.moment import VIET_NAM
from tthc.domain.reference import ServiceLevel
from tthc.domain.standing import ARRIVAL, Fact, tally_standings
from tthc.storage.queries.then import due_then, of_units, stopped_then, supplements_then
from tthc.storage.tables.dossiers import Dossier, DossierEvent, DueVersion
from tthc.storage.tables.reference import ServiceLevelRow

Key = SQLColumnExpression[Any]

FENCE = literal_column("0", Integer)
"""``OFFSET 0``: the planner works the columns below it out once, not in each fact above it."""


def tally_units(
    session: Session, period: Period, units: Collection[str | None] | None
) -> dict[str | None, Tally]:
    """Count the dossiers of a period by resolving unit; the key None is the unassigned bucket.

    Without ``units`` every unit and the unassigned bucket are counted. Units without a dossier
    are absent.
    """
    every = union_all(*standings_of(period, units, Dossier.resolving_unit)).subquery("every")
    query = select(every.c.key, func.array_agg(every.c.standing)).group_by(every.c.key)
    return {unit: tally_standings(standings) for unit, standings in session.execute(query)}


def standings_of(
    period: Period, units: Collection[str | None] | None, key: Key
) -> tuple[Select[*tuple[Any, ...]], Select[*tuple[Any, ...]]]:
    """Return how each dossier of a period stands, beside its ``key``: who ended, and who lived."""
    within = of_units(units)
    lived = _lived(period, key).where(*within)
    return _ended(period, key).where(*within), _judged(lived, period.at)


def find_event_head(session: Session) -> int:
    """Return the id of the newest event, 0 without one: what a figure was computed from."""
    return session.scalar(select(func.max(DossierEvent.id))) or 0


def _ended(period: Period, key: Key) -> Select[*tuple[Any, ...]]:
    """Return the standing of each dossier that ended in the period, before its moment."""
    d, offered = Dossier, _full_online()
    standing = d.standing + _arrived(period, offered)
    return (
        select(key.label("key"), standing.label("standing"))
        .outerjoin(offered, offered.c.procedure_code == d.procedure_code)
        .where(d.ended_at >= period.since, d.ended_at < period.at, d.received_at < period.at)
    )


def _lived(period: Period, key: Key) -> Select[*tuple[Any, ...]]:
    """Return each dossier that had been received and not ended, as it stood at the moment."""
    at, d, offered = period.at, Dossier, _full_online()
    arrival = d.standing.bitwise_and(_number(ARRIVAL))
    return (
        select(
            key.label("key"),
            (arrival + _arrived(period, offered)).label("arrival"),
            due_then(d.due_at, DueVersion.due_at, at).label("due_at"),
            due_then(d.overdue_at, DueVersion.overdue_at, at).label("overdue_at"),
            stopped_then(at).label("stopped_at"),
            supplements_then(at, above=1).label("supplements"),
        )
        .outerjoin(offered, offered.c.procedure_code == d.procedure_code)
        .where(d.received_at < at, or_(d.ended_at >= at, d.ended_at.is_(None)))
    )


def _judged(lived: Select[*tuple[Any, ...]], at: datetime) -> Select[*tuple[Any, ...]]:
    seen = lived.offset(FENCE).subquery("seen")
    c = seen.c
    judged = func.coalesce(c.stopped_at, at)
    facts = {
        Fact.WITH_DUE: c.due_at.is_not(None),
        Fact.UNSOUND: c.supplements > 1,
        Fact.STOPPED: c.stopped_at.is_not(None),
        Fact.LATE_BY_DAY: judged >= c.overdue_at,
        Fact.LATE_BY_INSTANT: judged > c.due_at,
    }
    standing: ColumnElement[int] = c.arrival
    for fact, holds in facts.items():
        standing += case((holds, _number(fact)), else_=0)
    return select(c.key, standing.label("standing"))


def _number(facts: Fact) -> ColumnElement[int]:
    return literal_column(str(facts.value), Integer)


def _arrived(period: Period, offered: Subquery) -> ColumnElement[int]:
    """Return the facts of arriving in the period; none of what was carried over into it."""
    received_at = Dossier.received_at
    return case(
        (received_at < period.since, 0),
        (offered.c.times.contains(received_at), _number(Fact.RECEIVED | Fact.ELIGIBLE)),
        else_=_number(Fact.RECEIVED),
    )


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
