"""Reads and writes of looking dossiers up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, or_, select
from sqlalchemy.orm import Session

from tthc.storage.bulk import insert_row
from tthc.storage.tables.dossiers import Dossier
from tthc.storage.tables.look_up import LookUpFailure, LookUpIssue

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


@dataclass(frozen=True, slots=True)
class FailureTally:
    """Look-ups that found nothing since some moment, and when the oldest of them was."""

    of_address: int
    oldest_of_address: datetime | None
    of_prefix: int
    oldest_of_prefix: datetime | None


def tally_failures(session: Session, prefix: str, address: str, *, since: datetime) -> FailureTally:
    """Count the failures from ``address`` since a moment, and those of codes with ``prefix``."""
    here, alike = LookUpFailure.address == address, LookUpFailure.prefix == prefix
    query = select(
        func.count().filter(here),
        func.min(LookUpFailure.at).filter(here),
        func.count().filter(alike),
        func.min(LookUpFailure.at).filter(alike),
    ).where(or_(here, alike), LookUpFailure.at > since)
    return FailureTally(*session.execute(query).one())


def add_failure(session: Session, prefix: str, address: str, *, at: datetime) -> None:
    """Write one failure down."""
    insert_row(session, LookUpFailure, prefix=prefix, address=address, at=at)


def delete_failures_before(session: Session, moment: datetime) -> int:
    """Forget failures before ``moment``; return how many."""
    done = delete(LookUpFailure).where(LookUpFailure.at < moment).returning(LookUpFailure.id)
    return len(session.execute(done).all())
