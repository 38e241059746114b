"""The dossiers of a period with their instants, as they were known at its moment."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, null, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from tthc.domain.evidence import COLUMNS, Evidence
from tthc.domain.metrics import Period
from tthc.domain.reference import ServiceLevel
from tthc.storage.queries.then import due_then, of_units, stopped_then, supplements_then
from tthc.storage.tables.dossiers import Dossier, DossierEvent, DueVersion
from tthc.storage.tables.reference import ServiceLevelRow


def list_evidence(
    session: Session, period: Period, units: Collection[str | None] | None, *, most: int | None
) -> tuple[list[Evidence], int]:
    """Return the dossiers of a period and the newest event's id, both of one moment.

    ``units`` are resolving units, None among them the unassigned bucket; without them every
    dossier. They come in no order; one more than ``most`` says that there are more.
    """
    seen = (
        select(*(column.label(name) for name, column in known_at(period.at).items()))
        .where(*in_period(period), *of_units(units))
        .limit(None if most is None else most + 1)
        .subquery("seen")
    )
    head = select(func.coalesce(func.max(DossierEvent.id), 0).label("event_head")).subquery("head")
    query = select(head.c.event_head, seen).select_from(head.outerjoin(seen, true()))
    rows = session.execute(query).all()
    found = [Evidence(*row[1:]) for row in rows if row.code is not None]
    return found, rows[0].event_head


def map_full_online(session: Session) -> dict[str, list[tuple[date, date | None]]]:
    """Return on which days each procedure is offered full-online."""
    level = ServiceLevelRow
    query = (
        select(level.procedure_code, level.valid_from, level.valid_to)
        .where(level.level == ServiceLevel.FULL_ONLINE)
        .order_by(level.procedure_code, level.valid_from)
    )
    found: dict[str, list[tuple[date, date | None]]] = {}
    for code, begins, ends in session.execute(query):
        found.setdefault(code, []).append((begins, ends))
    return found


def in_period(period: Period) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of being a dossier of a period, seen from its moment."""
    ended_at = Dossier.ended_at
    return Dossier.received_at < period.at, or_(ended_at.is_(None), ended_at >= period.since)


def known_at(at: datetime) -> dict[str, ColumnElement[Any] | InstrumentedAttribute[Any]]:
    """Return the columns of an ``Evidence``: those of the row, but where it came to be later."""
    d = Dossier
    has_ended = d.ended_at < at
    due_at = due_then(d.due_at, DueVersion.due_at, at)
    changed = {
        "due_at": due_at,
        "overdue_at": due_then(d.overdue_at, DueVersion.overdue_at, at),
        "original_due_at": case((due_at.is_not(None), d.original_due_at)),
        "original_overdue_at": case((due_at.is_not(None), d.original_overdue_at)),
        "stopped_at": case((has_ended, d.stopped_at), else_=stopped_then(at)),
        "supplements": case((has_ended, d.supplement_count), else_=supplements_then(at, above=0)),
        "finished_at": case((d.finished_at < at, d.finished_at), else_=null()),
        "ended_at": case((has_ended, d.ended_at), else_=null()),
    }
    return {name: changed[name] if name in changed else getattr(d, name) for name in COLUMNS}
