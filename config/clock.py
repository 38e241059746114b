"""The only place that asks the machine what time it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def make_clock(offset: timedelta = timedelta()) -> Callable[[], datetime]:
    """Make a function that gives the present moment, aware and in UTC, moved by the offset."""

    def now() -> datetime:
        return datetime.now(UTC) + offset

    return now
