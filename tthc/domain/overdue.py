"""How late is late."""

from __future__ import annotations

from datetime import datetime

from tthc.domain.calendar import WorkingCalendar
from tthc.domain.errors import CalendarGapError
from tthc.domain.moment import civil_day

DUE_MOVED = "due_moved"
"""The notice that a change of the calendar moved a due date; on no rung of the ladder."""


def days_late(due_at: datetime, at: datetime, calendar: WorkingCalendar) -> int | None:
    """Return the working days from the due day to ``at``; None outside the calendar's years.

    Below 0 before the due day: -2 on the second working day before it.
    """
    due_day, today = civil_day(due_at), civil_day(at)
    try:
        if today < due_day:
            return -calendar.working_days_between(today, due_day)
        return calendar.working_days_between(due_day, today)
    except CalendarGapError:
        return None
