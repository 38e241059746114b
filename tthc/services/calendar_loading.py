"""Special days and hours from the reference files, as one revision of the calendar."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from sqlalchemy.orm import Session

from tthc.domain.calendar_rows import DayKind, HoursKind
from tthc.storage.queries import calendars as queries
from tthc.storage.tables.calendars import CalendarDay, CalendarRevision, DeskHours

Rows = Sequence[Mapping[str, str]]
Values = dict[str, Any]

FROM_FILES = "reference files"


def load_calendar_rows(
    session: Session, days: Rows, hours: Rows, *, now: datetime
) -> dict[str, int]:
    """Write the days and shifts that are new or differ as one revision; return how many.

    A day that the file no longer tells stays: taking a day away is a decision. Of a unit's
    weekday and period that the file tells, shifts that it does not tell go.
    """
    fresh_days, old_days = _compared(map(_day_values, days), queries.list_calendar_days(session))
    kept = queries.list_desk_hours(session)
    fresh_hours, old_hours = _compared(map(_hours_values, hours), kept)
    old_hours += _untold(list(map(_hours_values, hours)), kept)
    counts = {"calendar": len(fresh_days), "hours": max(len(fresh_hours), len(old_hours))}
    if any(counts.values()):
        revision = _begin_revision(session, now=now)
        for row in (*old_days, *old_hours):
            row.withdrawn_in = revision
        session.flush()
        session.add_all(CalendarDay(revision=revision, **values) for values in fresh_days)
        session.add_all(DeskHours(revision=revision, **values) for values in fresh_hours)
        session.flush()
    return counts


def _begin_revision(session: Session, *, now: datetime) -> int:
    number = queries.find_calendar_revision(session) + 1
    told = {"legal_basis": FROM_FILES, "source": FROM_FILES, "recorded_at": now}
    session.add(CalendarRevision(number=number, unit_code=None, **told))
    session.flush()
    return number


_DAY_KEY = ("unit_code", "day")
_HOURS_KEY = ("unit_code", "valid_from", "weekday", "opens")


def _compared(told: Iterable[Values], kept: Sequence[Any]) -> tuple[list[Values], list[Any]]:
    """Return the values that are new or differ, and the rows that they replace."""
    key = _HOURS_KEY if kept and isinstance(kept[0], DeskHours) else _DAY_KEY
    known = {tuple(getattr(row, name) for name in key): row for row in kept}
    fresh, replaced = [], []
    for values in told:
        old = known.get(tuple(values.get(name) for name in key))
        if old is not None and all(getattr(old, k) == v for k, v in values.items()):
            continue
        fresh.append(values)
        replaced += [] if old is None else [old]
    return fresh, replaced


def _untold(told: Sequence[Values], kept: Sequence[DeskHours]) -> list[DeskHours]:
    shifts = {tuple(values[name] for name in _HOURS_KEY) for values in told}
    weekdays = {shift[:3] for shift in shifts}
    keys = ((row, (row.unit_code, row.valid_from, row.weekday, row.opens)) for row in kept)
    return [row for row, shift in keys if shift[:3] in weekdays and shift not in shifts]


def _day_values(row: Mapping[str, str]) -> Values:
    return {
        "unit_code": row["scope"] or None,
        "day": _day(row["day"]),
        "kind": DayKind(row["kind"]),
        "name": row["name"],
        "legal_basis": row["legal_basis"],
        "is_provisional": row["provisional"] == "true",
        "source": row["source"],
    }


def _hours_values(row: Mapping[str, str]) -> Values:
    return {
        "unit_code": row["unit_code"] or None,
        "weekday": int(row["weekday"]),
        "opens": time.fromisoformat(row["opens"]),
        "closes": time.fromisoformat(row["closes"]),
        "kind": HoursKind(row["kind"]),
        "valid_from": _day(row["valid_from"]),
        "valid_to": _day(row["valid_to"]) if row["valid_to"] else None,
        "source": row["source"],
    }


_day: Callable[[str], date] = date.fromisoformat
