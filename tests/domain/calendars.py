"""The official calendar of the project, and small invented ones."""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta
from functools import cache

from hypothesis import strategies as st

from tests.make import ROOT
from tthc.domain.calendar import WorkingCalendar
from tthc.domain.calendar_rows import DayKind, SpecialDay, Week
from tthc.domain.moment import VIET_NAM

OFFICE = dict.fromkeys(range(1, 6), ((450, 690), (810, 1020)))
"""07:30-11:30 and 13:30-17:00, Monday to Friday: 450 minutes a day."""


@cache
def official() -> WorkingCalendar:
    """The shipped rows of the whole nation, 2024 to 2027, with office hours."""
    with (ROOT / "config/reference/calendar.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if not row["scope"]]
    days = [SpecialDay(date.fromisoformat(r["day"]), DayKind(r["kind"]), r["name"]) for r in rows]
    return WorkingCalendar(1, 2024, 2027, {day.day: day for day in days}, [Week(OFFICE)])


def plain(special=(), hours=OFFICE, years=(2026, 2026)) -> WorkingCalendar:
    return WorkingCalendar(1, *years, {day.day: day for day in special}, [Week(hours)])


def at(text: str) -> datetime:
    """An instant written as Vietnamese time: ``2026-02-12 16:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=VIET_NAM)


receipts = st.datetimes(datetime(2025, 1, 1), datetime(2026, 6, 1)).map(  # noqa: DTZ001 - at() gives it
    lambda naive: at(naive.isoformat())
)
"""Any minute at which something may come in, well within the official calendar."""


def slowly(start: date, amount: int, calendar: WorkingCalendar) -> date:
    """The ``amount``-th working day after ``start``, found by walking."""
    day = start
    while amount:
        day += timedelta(days=1)
        amount -= calendar.is_working_day(day)
    return day
