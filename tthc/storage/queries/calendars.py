"""Reads and writes of the calendar's revisions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from tthc.storage.tables.calendars import CalendarDay, CalendarRevision, DeskHours

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
