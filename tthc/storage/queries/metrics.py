"""Counts for the indicators: one statement for all units of a period. No division here.

Every dossier is looked at as it stood at the period's moment, from dated facts and not from
its present status: its end if it had ended by then, the due date in force then, the stop that
was open then.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    and_,
    case,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from tthc.domain.dossier import Channel, StopReason, SubmittedBy
from tthc.domain.metrics import Period, Tally, Timeliness
from tthc.domain.moment import VIET_NAM
from tthc.domain.reference import ServiceLevel
from tthc.storage.tables.dossiers import ClockStop, Dossier, DossierEvent, DueVersion
from tthc.storage.tables.reference import ServiceLevelRow

Condition = ColumnElement[bool]

FOREVER: ColumnElement[datetime] = literal_column("'infinity'::timestamptz")


def tally_units(
    session: Session, period: Period, unit_codes: Collection[str] | None
) -> dict[str | None, Tally]:
    """Count the dossiers of a period by resolving unit; the key None is the unassigned bucket.

    ``unit_codes`` None counts every unit and the unassigned bucket. Units without a dossier
    are absent.
    """
    seen = _as_seen(period, unit_codes)
    counts = _counts(seen, period)
    columns = [func.count().filter(where).label(name) for name, where in counts.items()]
    query = select(seen.c.unit, *columns).group_by(seen.c.unit)
    return {row.unit: _tally(row._mapping) for row in session.execute(query)}


def find_event_head(session: Session) -> int:
    """Return the id of the newest event, 0 without one: what a figure was computed from."""
    return session.scalar(select(func.max(DossierEvent.id))) or 0


def _as_seen(period: Period, unit_codes: Collection[str] | None) -> CTE:
    """Return each dossier that lived in the period as it stood at ``period.at``."""
    at, d = period.at, Dossier
    ended = d.ended_at < at
    lived = and_(d.received_at < at, func.coalesce(d.ended_at, FOREVER) >= period.since)
    query = select(
        d.resolving_unit.label("unit"),
        d.received_at,
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
        _is_eligible().label("is_eligible"),
    ).where(lived)
    if unit_codes is not None:
        query = query.where(d.resolving_unit.in_(sorted(unit_codes)))
    return query.cte("seen")


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
        select(ClockStop.started_at)
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


def _is_eligible() -> ColumnElement[Any]:
    level = ServiceLevelRow
    day = _civil_day(Dossier.received_at)
    return (
        select(level.id)
        .where(
            level.procedure_code == Dossier.procedure_code,
            level.level == ServiceLevel.FULL_ONLINE,
            level.valid_from <= day,
            or_(level.valid_to.is_(None), level.valid_to > day),
        )
        .exists()
    )


def _civil_day(instant: ColumnElement[Any] | InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    return cast(func.timezone(VIET_NAM.key, instant), Date)


def _counts(seen: CTE, period: Period) -> dict[str, Condition]:
    c = seen.c
    received = c.received_at >= period.since
    ended, has_due = c.ended_at.is_not(None), c.due_at.is_not(None)
    groups = {
        "finished": and_(ended, c.has_result.is_(True)),
        "closed": and_(ended, c.has_result.is_not(True)),
        "pending": ~ended,
    }
    plain = {
        "received": received,
        "received_direct": and_(received, c.channel == Channel.DIRECT),
        "received_online": and_(received, c.channel == Channel.ONLINE),
        "received_postal": and_(received, c.channel == Channel.POSTAL),
        "received_channel_missing": and_(received, c.channel.is_(None)),
        **_eligible(seen, received),
        "carried_over": ~received,
        **groups,
        **{f"{name}_without_due": and_(where, ~has_due) for name, where in groups.items()},
        "pending_stopped": and_(~ended, c.stopped_at.is_not(None)),
    }
    judged = func.coalesce(c.stopped_at, c.ended_at, period.at)
    late = {"day": judged >= c.overdue_at, "instant": judged > c.due_at}
    late_to_first = {"day": judged >= c.original_overdue_at, "instant": judged > c.original_due_at}
    held: dict[str, Condition] = {}
    for way, is_late in late.items():
        parts = _timeliness(seen, {n: and_(g, has_due) for n, g in groups.items()}, is_late)
        parts["finished_late_to_original"] = and_(groups["finished"], late_to_first[way])
        held |= {f"{way}__{name}": where for name, where in parts.items()}
    return plain | held


def _eligible(seen: CTE, received: Condition) -> dict[str, Condition]:
    c = seen.c
    eligible = and_(received, c.is_eligible)
    online = and_(eligible, c.channel == Channel.ONLINE)
    by_citizen = c.submitted_by.in_([SubmittedBy.CITIZEN, SubmittedBy.AUTHORISED])
    return {
        "received_eligible": eligible,
        "received_eligible_online": online,
        "received_eligible_self": and_(online, by_citizen),
    }


def _timeliness(
    seen: CTE, groups: dict[str, Condition], is_late: Condition
) -> dict[str, Condition]:
    c = seen.c
    early = _civil_day(c.ended_at) < _civil_day(c.due_at)
    sound = c.supplements <= 1
    finished, closed, pending = groups["finished"], groups["closed"], groups["pending"]
    return {
        "finished_early": and_(finished, ~is_late, early),
        "finished_on_time": and_(finished, ~is_late, ~early),
        "finished_late": and_(finished, is_late),
        "closed_in_time": and_(closed, ~is_late),
        "closed_late": and_(closed, is_late),
        "pending_in_time": and_(pending, ~is_late),
        "pending_late": and_(pending, is_late),
        "sound_finished_in_time": and_(finished, ~is_late, sound),
        "sound_closed_in_time": and_(closed, ~is_late, sound),
        "sound_pending_in_time": and_(pending, ~is_late, sound),
    }


def _tally(row: Any) -> Tally:
    plain = {f.name: row[f.name] for f in fields(Tally) if f.name in row}
    ways = {
        way: Timeliness(**{f.name: row[f"{way}__{f.name}"] for f in fields(Timeliness)})
        for way in ("day", "instant")
    }
    return Tally(**plain, by_day=ways["day"], by_instant=ways["instant"])
