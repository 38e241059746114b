"""Reads and writes of the calendar's revisions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import TypeVar

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from tthc.domain.moment import civil_day
from tthc.storage.tables.calendars import CalendarDay, CalendarRevision, DeskHours
from tthc.storage.tables.campaigns import Campaign, CampaignDay
from tthc.storage.tables.dossiers import Dossier
from tthc.storage.tables.reference import ReferenceState

Row = TypeVar("Row", CalendarDay, DeskHours)


def list_calendar_days(session: Session, revision: int | None = None) -> Sequence[CalendarDay]:
    """Return the special days of every unit, by day: those in force, or those at ``revision``."""
    query = select(CalendarDay).where(_standing(CalendarDay, revision))
    return session.scalars(query.order_by(CalendarDay.day)).all()


def list_desk_hours(session: Session, revision: int | None = None) -> Sequence[DeskHours]:
    """Return the hours of every unit, by validity, weekday and opening."""
    query = select(DeskHours).where(_standing(DeskHours, revision))
    order = (DeskHours.valid_from, DeskHours.weekday, DeskHours.opens)
    return session.scalars(query.order_by(*order)).all()


def find_calendar_revision(session: Session) -> int:
    """Return the newest revision, 0 before the first."""
    return session.scalar(select(func.max(CalendarRevision.number))) or 0


def _standing(table: type[Row], revision: int | None) -> ColumnElement[bool]:
    if revision is None:
        return table.withdrawn_in.is_(None)
    withdrawn_later = or_(table.withdrawn_in.is_(None), table.withdrawn_in > revision)
    return (table.revision <= revision) & withdrawn_later


def list_decided(session: Session) -> set[tuple[str | None, date]]:
    """Return the days, by unit (None: the nation), that approved campaigns spoke of."""
    query = (
        select(Campaign.unit_code, CampaignDay.day)
        .join(CampaignDay, CampaignDay.campaign_id == Campaign.id)
        .where(Campaign.approved_at.is_not(None))
    )
    return {(unit_code, day) for unit_code, day in session.execute(query)}


def find_open_days(session: Session) -> tuple[date, date] | None:
    """Return the first day of receipt and the last due day of all open dossiers, if any."""
    query = select(func.min(Dossier.received_at), func.max(Dossier.due_at)).where(
        Dossier.ended_at.is_(None), Dossier.due_at.is_not(None)
    )
    first, last = session.execute(query).one()
    return None if first is None or last is None else (civil_day(first), civil_day(last))


def lock_calendar(session: Session) -> None:
    """Let nobody else make a revision until the transaction ends."""
    session.execute(select(ReferenceState.id).with_for_update())


def list_standing(
    session: Session, unit_code: str | None, days: Collection[date]
) -> Sequence[CalendarDay]:
    """Return the rows in force of some days of a unit's own (None: the nation's)."""
    query = select(CalendarDay).where(
        CalendarDay.withdrawn_in.is_(None),
        CalendarDay.unit_code.is_not_distinct_from(unit_code),
        CalendarDay.day.in_(days),
    )
    return session.scalars(query).all()
