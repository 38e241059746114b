"""Special days and hours from the reference files, as one revision of the calendar."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy.orm import Session

from tthc.domain.calendar_rows import DayKind, HoursKind
from tthc.services.calendar_revisions import Origin, begin_revision
from tthc.storage.queries import calendars as queries
from tthc.storage.tables.calendars import CalendarDay, DeskHours

Rows = Sequence[Mapping[str, str]]
Values = dict[str, Any]

FROM_FILES = Origin(None, "reference files", "reference files")


@dataclass(frozen=True, slots=True)
class CalendarLoad:
    """What came of the files' rows: how many days and shifts were written, and ``held`` days.

    A held day would move the due date of an open dossier, so it waits for a campaign.
    """

    days: int
    hours: int
    held: Sequence[date]


def load_calendar_rows(session: Session, days: Rows, hours: Rows, *, now: datetime) -> CalendarLoad:
    """Write the days and shifts that are new or differ as one revision.

    A day that the file no longer tells stays: taking a day away is a decision. What a decision
    said of a day holds against the file. Of a unit's weekday and period that the file tells,
    shifts that it does not tell go; hours move no promise that was given.
    """
    queries.lock_calendar(session)
    fresh_days, old_days = _compared(map(_day_values, days), queries.list_calendar_days(session))
    fresh_days, held = _settled(session, fresh_days, old_days)
    written = {(values["unit_code"], values["day"]) for values in fresh_days}
    old_days = [row for row in old_days if (row.unit_code, row.day) in written]
    told_hours = list(map(_hours_values, hours))
    kept = queries.list_desk_hours(session)
    fresh_hours, old_hours = _compared(told_hours, kept)
    old_hours += _untold(told_hours, kept)
    if fresh_days or fresh_hours or old_hours:
        revision = begin_revision(session, FROM_FILES, now=now)
        for row in (*old_days, *old_hours):
            row.withdrawn_in = revision
        session.flush()
        session.add_all(CalendarDay(revision=revision, **values) for values in fresh_days)
        session.add_all(DeskHours(revision=revision, **values) for values in fresh_hours)
        session.flush()
    return CalendarLoad(len(fresh_days), max(len(fresh_hours), len(old_hours)), held)


def _settled(
    session: Session, fresh: list[Values], old: Sequence[CalendarDay]
) -> tuple[list[Values], list[date]]:
    """Return what may be written at once, and the days that must wait for a campaign."""
    if not fresh:
        return [], []
    decided = queries.list_decided(session)
    open_days = queries.find_open_days(session)
    kinds = {(row.unit_code, row.day): row.kind for row in old}
    settled, held = [], []
    for values in fresh:
        key = (values["unit_code"], values["day"])
        moves = kinds.get(key) is not values["kind"]
        if key in decided:
            continue
        if moves and open_days and open_days[0] <= values["day"] <= open_days[1]:
            held.append(values["day"])
        else:
            settled.append(values)
    return settled, held


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
