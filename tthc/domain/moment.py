"""Between instants and civil days in Viet Nam. The only place that names the time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")
ONE_DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
"""The smallest step between two stored instants (PostgreSQL keeps microseconds)."""


def local(moment: datetime) -> datetime:
    """Return ``moment`` as Vietnamese wall-clock time.

    Raises:
        ValueError: ``moment`` is naive.
    """
    if moment.tzinfo is None:
        raise ValueError(f"naive datetime {moment!r}")
    return moment.astimezone(VIET_NAM)


def civil_day(moment: datetime) -> date:
    """Return the Vietnamese calendar day of an aware ``moment``; a naive one raises ValueError."""
    return local(moment).date()


def start_of_day(day: date) -> datetime:
    """Return the instant (UTC) at which ``day`` begins in Viet Nam."""
    return datetime.combine(day, time.min, VIET_NAM).astimezone(UTC)


def at_minute(day: date, minute: int) -> datetime:
    """Return the instant (UTC) ``minute`` minutes after local midnight of ``day``."""
    return start_of_day(day) + timedelta(minutes=minute)
