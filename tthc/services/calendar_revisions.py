"""Making the calendar's next revision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tthc.domain.decision import DecidedDay, Decision, special_days
from tthc.storage.queries import calendars as queries
from tthc.storage.queries.reference import renew_stamp
from tthc.storage.tables.calendars import CalendarDay, CalendarRevision


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose days or hours change (None: the nation's), by which decision, read where."""

    unit_code: str | None
    legal_basis: str
    source: str


def begin_revision(session: Session, origin: Origin, *, now: datetime) -> int:
    """Return the number of a new revision, for rows to come in and go out with."""
    number = queries.find_calendar_revision(session) + 1
    session.add(
        CalendarRevision(
            number=number,
            unit_code=origin.unit_code,
            legal_basis=origin.legal_basis,
            source=origin.source,
            recorded_at=now,
        )
    )
    session.flush()
    return number


def revise(
    session: Session, decision: Decision, settled: Sequence[DecidedDay], *, now: datetime
) -> int:
    """Put the days of a decision in force as a revision; every process reads it from then on."""
    origin = Origin(decision.unit_code, decision.legal_basis, decision.source)
    number = begin_revision(session, origin, now=now)
    changed = [decided.day for decided in settled]
    for row in queries.list_standing(session, decision.unit_code, changed):
        row.withdrawn_in = number
    session.flush()
    session.add_all(
        CalendarDay(
            unit_code=decision.unit_code,
            day=row.day,
            kind=row.kind,
            name=row.name,
            legal_basis=decision.legal_basis,
            is_provisional=False,
            source=decision.source,
            revision=number,
        )
        for row in special_days(decision, settled)
    )
    session.flush()
    renew_stamp(session, number, now=now)
    return number
