"""Who is away on a day, and what was said of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from tthc.storage.bulk import one_of
from tthc.storage.queries.recipients import REACHABLE
from tthc.storage.tables.absences import Absence
from tthc.storage.tables.accounts import RoleGrant, User


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    """An absence with the names of the two."""

    id: int
    username: str
    deputy: str | None
    since_on: date
    until_on: date
    recorded_by: str


def read_away(session: Session, *, today: date) -> dict[int, int | None]:
    """Return the deputy of everybody who is away today; None where nobody reachable is named."""
    query = (
        select(Absence.user_id, User.id)
        .outerjoin(User, (User.id == Absence.deputy_id) & REACHABLE)
        .where(_stands_on(today))
    )
    return dict(session.execute(query).all())


def is_away(user_id: ColumnElement[int], *, today: date) -> ColumnElement[bool]:
    """Say that somebody is away today."""
    return select(Absence.id).where(Absence.user_id == user_id, _stands_on(today)).exists()


def _stands_on(today: date) -> ColumnElement[bool]:
    return Absence.cancelled_at.is_(None) & (Absence.since_on <= today) & (Absence.until_on > today)


def is_away_between(session: Session, user_id: int, since_on: date, until_on: date) -> bool:
    """Say whether somebody is away on a day of ``[since_on, until_on)``."""
    query = select(Absence.id).where(
        Absence.user_id == user_id,
        Absence.cancelled_at.is_(None),
        Absence.since_on < until_on,
        Absence.until_on > since_on,
    )
    return session.scalar(query.limit(1)) is not None


def get_absence(session: Session, absence_id: int) -> Absence | None:
    """Return one that stands, locked until the transaction ends."""
    query = select(Absence).where(Absence.id == absence_id, Absence.cancelled_at.is_(None))
    return session.scalar(query.with_for_update())


def list_standing(
    session: Session, *, user_ids: Collection[int] | None, today: date
) -> Sequence[AbsenceRow]:
    """Return the absences of these people (None: of all) that are not over, by their begin."""
    deputy = aliased(User)
    query = (
        select(
            Absence.id,
            User.username,
            deputy.username,
            Absence.since_on,
            Absence.until_on,
            Absence.recorded_by,
        )
        .join(User, User.id == Absence.user_id)
        .outerjoin(deputy, deputy.id == Absence.deputy_id)
        .where(Absence.cancelled_at.is_(None), Absence.until_on > today)
        .order_by(Absence.since_on, Absence.id)
    )
    if user_ids is not None:
        query = query.where(Absence.user_id == one_of(sorted(user_ids)))
    return [AbsenceRow(*row) for row in session.execute(query)]


def list_members(session: Session, units: Collection[str]) -> set[int]:
    """Return who holds any role on one of these units."""
    return set(session.scalars(select(RoleGrant.user_id).where(RoleGrant.unit_code.in_(units))))
