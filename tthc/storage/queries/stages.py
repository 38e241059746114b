"""Reads of the stages of dossiers."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc.storage.tables.stages import DossierStage, ProcedureStage


def list_procedure_stages(session: Session) -> Sequence[ProcedureStage]:
    """Return the stages of every procedure version and case, in their order."""
    order = (ProcedureStage.version_id, ProcedureStage.case_code, ProcedureStage.number)
    return session.scalars(select(ProcedureStage).order_by(*order)).all()


def find_stage(
    session: Session, dossier_id: int, of_round: int, number: int
) -> DossierStage | None:
    """Return one stage of a dossier, or None when it never entered it."""
    return session.get(DossierStage, (dossier_id, of_round, number))


def list_stages(session: Session, dossier_id: int) -> Sequence[DossierStage]:
    """Return the stages a dossier went through, in the order in which it did."""
    query = select(DossierStage).where(DossierStage.dossier_id == dossier_id)
    return session.scalars(query.order_by(DossierStage.round, DossierStage.number)).all()
