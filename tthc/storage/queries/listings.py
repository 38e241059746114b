"""What lists of dossiers tell beyond the instants: who had each at a moment, and at which stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, any_, case, literal, null, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from tthc.domain.dossier import ReturnForm
from tthc.domain.parties import PartyRole
from tthc.storage.queries.then import officer_then
from tthc.storage.tables.dossiers import Dossier, Party
from tthc.storage.tables.stages import DossierStage


@dataclass(frozen=True, slots=True)
class Listed:
    """What is known of one dossier beside its evidence.

    ``officer``, ``stage`` and ``returned_at`` are of the moment; how the result is to be
    returned, and the applicant as written down, are of now.
    """

    code: str
    returned_at: datetime | None
    return_form: ReturnForm | None
    officer: str | None
    stage: str | None
    applicant_name: str | None
    applicant_phone: str | None


def map_listed(session: Session, codes: Sequence[str], at: datetime) -> dict[str, Listed]:
    """Return the dossiers with these codes as they were at a moment, by code: one statement."""
    d = Dossier
    query = (
        select(
            d.code,
            case((d.returned_at < at, d.returned_at), else_=null()),
            d.return_form,
            officer_then(at),
            _stage_then(at),
            Party.name,
            Party.phone,
        )
        .outerjoin(Party, (Party.dossier_id == d.id) & (Party.role == PartyRole.APPLICANT))
        .where(d.code == any_(literal(list(codes), ARRAY(String))))
    )
    return {row.code: Listed(*row) for row in session.execute(query)}


def _stage_then(at: datetime) -> ColumnElement[Any]:
    stage = DossierStage
    then = (
        select(stage.name)
        .where(
            stage.dossier_id == Dossier.id,
            stage.started_at < at,
            or_(stage.ended_at.is_(None), stage.ended_at >= at),
        )
        .order_by(stage.round.desc(), stage.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    return case((Dossier.stage_round == 0, null()), else_=then)
