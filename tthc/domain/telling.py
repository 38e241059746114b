"""When somebody is told: in working hours, urgent matters at once, all others once a day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tthc.domain.calendar import WorkingCalendar
from tthc.domain.errors import CalendarGapError
from tthc.domain.moment import civil_day, start_of_day

SETTLES = timedelta(minutes=2)
"""A digest waits so long for what else a sweep finds. Choice: docs/decisions/telling.md."""

URGENT_GAP = timedelta(minutes=15)
"""Between two urgent messages to one person. Choice: docs/decisions/telling.md."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Heard:
    """When one person was last told, and what is on its way to them and was not tried yet.

    Attributes:
        digest_at: when their newest digest left; days before today do not matter.
        told_at: when anything last left.
        planned_digest_at, planned_urgent_at: when the next of each is to leave.
    """

    digest_at: datetime | None = None
    told_at: datetime | None = None
    planned_digest_at: datetime | None = None
    planned_urgent_at: datetime | None = None

    def planning(self, at: datetime, *, is_urgent: bool) -> Heard:
        """Return this with one more message planned."""
        if is_urgent:
            return replace(self, planned_urgent_at=at)
        return replace(self, planned_digest_at=at)


def tell_at(heard: Heard, calendar: WorkingCalendar, *, is_urgent: bool, now: datetime) -> datetime:
    """Return when a person is to be told of one more matter; what is planned already is joined.

    A digest leaves once a day, at the first opening or as soon as there is something after it,
    and then not before the desk opens on another day. Urgent matters leave at once, at least
    ``URGENT_GAP`` after the last message. Nothing leaves while the desk is closed.
    """
    planned = heard.planned_urgent_at if is_urgent else heard.planned_digest_at
    if planned is not None:
        return planned
    if is_urgent:
        earliest = max(now, heard.told_at + URGENT_GAP) if heard.told_at else now
        return wake(earliest, calendar)
    at = wake(now + SETTLES, calendar)
    if heard.digest_at is not None and civil_day(heard.digest_at) >= civil_day(at):
        return wake(start_of_day(civil_day(at) + _DAY), calendar)
    return at


def wake(at: datetime, calendar: WorkingCalendar) -> datetime:
    """Return ``at`` if the desk is open then, else its next opening; ``at`` without a calendar."""
    try:
        return calendar.opening_from(at)
    except CalendarGapError:
        return at
