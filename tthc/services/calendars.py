"""The calendars of all units, now or as they were at an earlier revision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache

from sqlalchemy.orm import Session

from tthc.domain.calendar_layers import CalendarLayers, Key
from tthc.domain.calendar_rows import HoursKind, Shift, SpecialDay, Week
from tthc.domain.errors import NotReadyError
from tthc.storage.queries import calendars as queries
from tthc.storage.queries.reference import list_units
from tthc.storage.tables.calendars import CalendarDay, DeskHours

_Period = tuple[date, date | None]


def load_calendars(session: Session, revision: int | None = None) -> CalendarLayers:
    """Return every unit's calendar: in force, or as it was at ``revision``.

    Raises:
        NotReadyError: there is no calendar, or no such revision.
        CalendarInvalidError: the rows make no calendar.
    """
    days = queries.list_calendar_days(session, revision)
    if not days:
        raise NotReadyError("Chưa nạp lịch làm việc.", "no working calendar is loaded")
    return CalendarLayers(
        revision=queries.find_calendar_revision(session) if revision is None else revision,
        days=_by_unit(days),
        weeks=_weeks(queries.list_desk_hours(session, revision)),
        parents={unit.code: unit.parent_code for unit in list_units(session)},
    )


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """The special days of a year that hold for a unit."""

    revision: int
    unit_code: str | None
    year: int
    working_days: int
    is_provisional: bool
    days: Sequence[SpecialDay]


def describe_year(layers: CalendarLayers, unit_code: str | None, year: int) -> CalendarYear:
    """Return a unit's special days of a year, in order.

    Raises:
        CalendarGapError: the year has no calendar.
    """
    calendar = layers.of(unit_code)
    calendar.shifts_on(date(year, 1, 1))
    days = sorted((d for d in calendar.special.values() if d.day.year == year), key=_day_of)
    return CalendarYear(
        revision=layers.revision,
        unit_code=unit_code,
        year=year,
        working_days=sum(calendar.is_working_day(day) for day in _days_of(year)),
        is_provisional=any(day.is_provisional for day in days),
        days=days,
    )


def _day_of(row: SpecialDay) -> date:
    return row.day


def _days_of(year: int) -> Iterator[date]:
    first, last = date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()
    return map(date.fromordinal, range(first, last))


def special_day(row: CalendarDay) -> SpecialDay:
    """Return a row as the value the rules understand."""
    return SpecialDay(row.day, row.kind, row.name, row.legal_basis, row.is_provisional)


def _by_unit(rows: Iterable[CalendarDay]) -> dict[Key, dict[date, SpecialDay]]:
    found: dict[Key, dict[date, SpecialDay]] = {}
    for row in rows:
        found.setdefault(row.unit_code, {})[row.day] = special_day(row)
    return found


def _weeks(rows: Iterable[DeskHours]) -> Mapping[Key, list[Week]]:
    laid: dict[Key, dict[_Period, dict[HoursKind, dict[int, list[Shift]]]]] = {}
    for row in rows:
        period = (row.valid_from, row.valid_to)
        kinds = laid.setdefault(row.unit_code, {}).setdefault(period, {})
        kinds.setdefault(row.kind, {}).setdefault(row.weekday, []).append(_shift(row))
    return {
        unit: [
            Week(kinds.get(HoursKind.WORKED, {}), kinds.get(HoursKind.RECEIVED, {}), since, until)
            for (since, until), kinds in periods.items()
        ]
        for unit, periods in laid.items()
    }


def _shift(row: DeskHours) -> Shift:
    return _minute(row.opens), _minute(row.closes)


@lru_cache(maxsize=64)
def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
