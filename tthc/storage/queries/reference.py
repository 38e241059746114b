"""Reads of reference data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, selectinload

from tthc.domain.reference import ServiceLevel
from tthc.storage.tables.reference import (
    LadderRung,
    Procedure,
    ProcedureVersion,
    ReferenceState,
    ServiceLevelRow,
    Unit,
)


def find_reference_state(session: Session) -> tuple[UUID, int] | None:
    """Return (stamp, calendar revision), or None before the first loading."""
    query = select(ReferenceState.stamp, ReferenceState.calendar_revision)
    row = session.execute(query).one_or_none()
    return (row.stamp, row.calendar_revision) if row else None


def list_units(session: Session) -> Sequence[Unit]:
    """Return every unit."""
    return session.scalars(select(Unit).order_by(Unit.code)).all()


def list_procedures(session: Session) -> Sequence[Procedure]:
    """Return every procedure by code."""
    return session.scalars(select(Procedure).order_by(Procedure.code)).all()


def list_procedure_versions(session: Session) -> Sequence[ProcedureVersion]:
    """Return every version with its limits, oldest first within a procedure."""
    return session.scalars(
        select(ProcedureVersion)
        .options(selectinload(ProcedureVersion.limits))
        .order_by(ProcedureVersion.procedure_code, ProcedureVersion.valid_from)
    ).all()


def list_service_levels(session: Session) -> Sequence[ServiceLevelRow]:
    """Return every service level by procedure and validity."""
    order = (ServiceLevelRow.procedure_code, ServiceLevelRow.valid_from)
    return session.scalars(select(ServiceLevelRow).order_by(*order)).all()


def find_service_level(session: Session, procedure_code: str, day: date) -> ServiceLevel:
    """Return how far a procedure can be done online on ``day``; UNKNOWN where none is in force."""
    row = ServiceLevelRow
    query = select(row.level).where(
        row.procedure_code == procedure_code,
        row.valid_from <= day,
        or_(row.valid_to.is_(None), row.valid_to > day),
    )
    return session.scalar(query.order_by(row.valid_from.desc()).limit(1)) or ServiceLevel.UNKNOWN


def list_rungs(session: Session) -> Sequence[LadderRung]:
    """Return every rung of every ladder."""
    return session.scalars(select(LadderRung).order_by(LadderRung.id)).all()


def map_by_key(session: Session, table: type[Any], *columns: str) -> dict[tuple[Any, ...], Any]:
    """Return all rows of a reference table by their natural key."""
    rows = session.scalars(select(table)).all()
    return {tuple(getattr(row, name) for name in columns): row for row in rows}


def renew_stamp(session: Session, calendar_revision: int, *, now: datetime) -> None:
    """Give the reference data a new stamp, so that every process reads it again."""
    values = {"calendar_revision": calendar_revision, "changed_at": now}
    query = insert(ReferenceState).values(id=1, **values)
    fresh = {**values, "stamp": func.gen_random_uuid()}
    session.execute(query.on_conflict_do_update(index_elements=["id"], set_=fresh))
