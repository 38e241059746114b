"""What a due date is derived from, step by step: stored with it, told to the citizen, replayed.

Each step that computes cites the calendar revision it was made with and keeps the days off it
passed over, so the derivation reads the same whatever the calendar becomes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from tthc.domain.calendar import WorkingCalendar
from tthc.domain.counting import Counted
from tthc.domain.limits import Granularity, LimitUnit, TimeLimit
from tthc.domain.moment import ONE_DAY, TICK, civil_day, start_of_day

Facts = Mapping[str, Any]
NOTHING_CITED: Facts = {}


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a derivation. ``at`` is the instant it speaks of; ``facts`` are JSON values.

    The kinds that bring something in: ``received``, ``rule``, ``shifted``, ``restarted``,
    ``stop_ignored_late``, ``extended``, ``taken_over``. Those that follow from them:
    ``counting_starts``, ``counted``; ``recalculated`` says that a calendar change moved all.
    """

    kind: str
    at: datetime
    facts: Facts


@dataclass(frozen=True, slots=True)
class Due:
    """When a result is due and why.

    Attributes:
        due_at: the promised instant; for day limits the desk's closing on the due day.
        overdue_at: the first instant that is late: local midnight after the due day, or one
            microsecond after ``due_at`` for limits in hours.
        ledger: the steps from receipt to ``due_at``.
    """

    due_at: datetime
    overdue_at: datetime
    granularity: Granularity
    ledger: tuple[Step, ...]

    @property
    def counted(self) -> Counted:
        """Where the count stands, for the next stop to move."""
        for step in reversed(self.ledger):
            if step.kind in _MOVED and step.facts.get("by") != 0:
                nominal = step.facts.get("nominal_on")
                return Counted(self.due_at, date.fromisoformat(nominal) if nominal else None)
        return Counted(self.due_at)

    def told(self, *steps: Step) -> Due:
        """Return the same due date with steps that did not move it."""
        return replace(self, ledger=(*self.ledger, *steps))


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day of a count: its number when it was counted, else why it was not.

    ``reason`` also names a counted day that is worked by decision only.
    """

    day: date
    number: int | None
    reason: str | None


_MOVED = frozenset({"counted", "shifted", "extended"})


def overdue_from(due_at: datetime, granularity: Granularity) -> datetime:
    """Return the first instant that is late for ``due_at``.

    A day limit ends with its day at 24:00. Source: Bộ luật Dân sự 2015, Art. 148.
    """
    if granularity is Granularity.INSTANT:
        return due_at + TICK
    return start_of_day(civil_day(due_at) + ONE_DAY)


def make_due(due_at: datetime, granularity: Granularity, ledger: tuple[Step, ...]) -> Due:
    """Return a due date with the first instant that is late."""
    return Due(due_at, overdue_from(due_at, granularity), granularity, ledger)


def passed_over(
    start: datetime, counted: Counted, limit: TimeLimit, calendar: WorkingCalendar
) -> dict[str, Any]:
    """Return the facts of a count from ``start``: its days, and which were not counted and why.

    Calendar days count every day; what they pass over are the days off at the end.
    """
    first, last = civil_day(start), civil_day(counted.due_at)
    facts: dict[str, Any] = {"from": first.isoformat(), "to": last.isoformat()}
    if calendar.is_provisional(last):
        facts["is_provisional"] = True
    if limit.unit is LimitUnit.CALENDAR_DAY:
        nominal = counted.nominal_on or last
        facts["nominal_on"] = nominal.isoformat()
        off = calendar.days_off_between(nominal - ONE_DAY, last) if nominal < last else []
        facts["skipped"] = _dated(off)
        return facts
    facts["skipped"] = _dated(calendar.days_off_between(first, last))
    made_up = calendar.make_ups_between(first, last)
    return facts | ({"made_up": _dated(made_up)} if made_up else {})


def day_lines(step: Step) -> list[DayLine]:
    """Return every day that a ``counted`` or ``shifted`` step went through, in order.

    Counted in days, the last one bears the amount; the day it starts from is none of them.
    """
    if "from" not in step.facts:
        return []
    first, last = (date.fromisoformat(step.facts[name]) for name in ("from", "to"))
    skipped, made_up = (dict(step.facts.get(name, ())) for name in ("skipped", "made_up"))
    lines, number = [], 0
    for n in range(1, (last - first).days + 1):
        day = first + n * ONE_DAY
        reason = skipped.get(day.isoformat())
        number += reason is None
        lines.append(
            DayLine(day, None if reason else number, reason or made_up.get(day.isoformat()))
        )
    return lines


def _dated(days: Sequence[tuple[date, str]]) -> list[list[str]]:
    return [[day.isoformat(), why] for day, why in days]
