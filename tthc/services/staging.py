"""Which stages a dossier goes through, and the one it is in, as the rules want them."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from tthc.domain.ledger import Due
from tthc.domain.limits import StopMode, TimeLimit
from tthc.domain.stages import StagePlan, StageRun
from tthc.services.recording import load_ledger
from tthc.services.reference import Offered, Reference
from tthc.storage.queries.stages import find_stage
from tthc.storage.tables.dossiers import Dossier
from tthc.storage.tables.stages import DossierStage


def plan_of(
    session: Session, dossier: Dossier, offered: Offered | None, reference: Reference
) -> StagePlan | None:
    """Return the stages of a dossier that is in one, or will be when it is received; else None.

    One that was received before its procedure had stages goes on without.
    """
    plan = None
    if offered is not None:
        plan = reference.plan(offered, dossier.receiving_unit, dossier.resolving_unit)
    if dossier.received_at is None:
        return plan
    if dossier.current_stage is None or dossier.ended_at is not None:
        return None
    row = find_stage(session, dossier.id, dossier.stage_round, dossier.current_stage)
    return replace(plan or StagePlan(()), running=run_of(row) if row else None)


def run_of(row: DossierStage) -> StageRun:
    """Return a row as the value the rules understand."""
    limit = TimeLimit(row.limit_amount, row.limit_unit, row.limit_counting, StopMode.SHIFT)
    due = None
    if row.due_at is not None and row.overdue_at is not None:
        due = Due(row.due_at, row.overdue_at, limit.granularity, load_ledger(row.ledger))
    return StageRun(
        round=row.round,
        number=row.number,
        name=row.name,
        unit_code=row.unit_code,
        agency=row.agency,
        officer=row.officer,
        started_at=row.started_at,
        limit=limit,
        is_confirmed=row.is_confirmed,
        is_inherited=row.is_inherited,
        due=due,
        ended_at=row.ended_at,
    )
