"""Clocks of processes that are moved, so that nobody has to wait for days."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from bench.faults.expectation import VIET_NAM, Book, day_of, now

MORNING = time(9, 30)


def offset_of(by: timedelta) -> str:
    """Return a clock as TTHC_CLOCK spells it, in whole minutes."""
    minutes = round(by / timedelta(minutes=1))
    return f"offset:{minutes:+d}m" if minutes else "system"


def until_working_morning(*, days: int) -> timedelta:
    """Return how far it is to half past nine of the first working day so many days away."""
    book, day = Book(), day_of(now()) + timedelta(days=days)
    while not book.is_worked(day):
        day += timedelta(days=1)
    return datetime.combine(day, MORNING, VIET_NAM) - now()
