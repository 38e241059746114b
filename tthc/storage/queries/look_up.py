"""Reads and writes of looking dossiers up."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from tthc.storage.tables.dossiers import Dossier
from tthc.storage.tables.look_up import LookUpIssue

_NEWEST = func.coalesce(func.max(LookUpIssue.number), 0)
_ISSUE = (
    select(_NEWEST).where(LookUpIssue.dossier_id == Dossier.id).correlate(Dossier).scalar_subquery()
)
_BY_CODE = select(_ISSUE).where(Dossier.code == bindparam("code"))


def find_issue(session: Session, code: str) -> int | None:
    """Return which secret of a dossier is in force, or None where there is no such dossier."""
    return session.scalar(_BY_CODE, {"code": code})


def present_issue(session: Session, dossier_id: int) -> int:
    """Return which secret of a dossier is in force."""
    query = select(_NEWEST).where(LookUpIssue.dossier_id == dossier_id)
    return session.execute(query).scalar_one()
