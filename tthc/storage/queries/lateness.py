"""Dossiers that ended in a period with what their lateness is worked out from."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, load_only

from tthc.domain.metrics import Period
from tthc.storage.tables.dossiers import ClockStop, Dossier
from tthc.storage.tables.stages import DossierStage


def list_ended(
    session: Session, period: Period, unit_codes: Collection[str] | None
) -> Sequence[Dossier]:
    """Return the dossiers that ended in the period and were overdue or went through stages.

    By resolving unit; ``unit_codes`` None gives those of every unit, and of none.
    """
    query = select(Dossier).where(*_ended(period, unit_codes)).options(_PROMISED)
    return session.scalars(query.order_by(Dossier.id)).all()


def list_stages_of_ended(
    session: Session, period: Period, unit_codes: Collection[str] | None
) -> Sequence[DossierStage]:
    """Return the stages of the same dossiers, each dossier's in the order of its life."""
    ids = select(Dossier.id).where(*_ended(period, unit_codes))
    query = select(DossierStage).where(DossierStage.dossier_id.in_(ids)).options(_ENTERED)
    order = (DossierStage.dossier_id, DossierStage.round, DossierStage.number)
    return session.scalars(query.order_by(*order)).all()


def list_stops_of_ended(
    session: Session, period: Period, unit_codes: Collection[str] | None
) -> Sequence[ClockStop]:
    """Return the stops of the same dossiers."""
    ids = select(Dossier.id).where(Dossier.stop_count > 0, *_ended(period, unit_codes))
    return session.scalars(select(ClockStop).where(ClockStop.dossier_id.in_(ids))).all()


def _ended(period: Period, unit_codes: Collection[str] | None) -> list[ColumnElement[bool]]:
    overdue = func.coalesce(Dossier.stopped_at, Dossier.ended_at) >= Dossier.overdue_at
    conditions: list[ColumnElement[bool]] = [
        Dossier.ended_at >= period.since,
        Dossier.ended_at < period.at,
        or_(overdue, Dossier.stage_round > 0),
    ]
    if unit_codes is not None:
        conditions.append(Dossier.resolving_unit.in_(sorted(unit_codes)))
    return conditions


_PROMISED = load_only(
    Dossier.receiving_unit,
    Dossier.resolving_unit,
    Dossier.due_at,
    Dossier.overdue_at,
    Dossier.stopped_at,
    Dossier.ended_at,
    raiseload=True,
)
_ENTERED = load_only(
    DossierStage.name,
    DossierStage.unit_code,
    DossierStage.agency,
    DossierStage.started_at,
    DossierStage.ended_at,
    DossierStage.due_at,
    DossierStage.overdue_at,
    DossierStage.is_inherited,
    raiseload=True,
)
