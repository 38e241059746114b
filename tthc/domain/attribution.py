"""Whose the lateness is: the late working time of a dossier, split over its stages to the minute.

Late working time is what was worked on after the promised date while the clock ran; time in
which the clock stood is nobody's. Choice: docs/decisions/stages.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tthc.domain.calendar import WorkingCalendar
from tthc.domain.counting import Stop


@dataclass(frozen=True, slots=True)
class Promise:
    """What a dossier was promised and what became of it.

    Attributes:
        overdue_at: the first late instant after ``due_at``.
        judged_at: when it ended, or its clock stopped for good, or now.
        calendar: by which late time is counted: the resolving unit's.
    """

    due_at: datetime
    overdue_at: datetime
    judged_at: datetime
    calendar: WorkingCalendar


@dataclass(frozen=True, slots=True)
class Worked:
    """One stage as far as it went: ``[started_at, ended_at)``, its own due date and calendar.

    A stage without a limit has neither ``due_at`` nor ``overdue_at``.
    """

    started_at: datetime
    ended_at: datetime
    due_at: datetime | None
    overdue_at: datetime | None
    calendar: WorkingCalendar


def standstills(stops: Iterable[Stop]) -> list[Stop]:
    """Return when the clock stood: stops that overlap or touch made one, oldest first."""
    joined: list[Stop] = []
    for stop in sorted(stops, key=lambda s: s.started_at):
        if joined and stop.started_at <= joined[-1].ended_at:
            last = joined.pop()
            joined.append(Stop(last.started_at, max(last.ended_at, stop.ended_at)))
        else:
            joined.append(stop)
    return joined


def running_minutes(
    start: datetime, end: datetime, calendar: WorkingCalendar, stood: Sequence[Stop]
) -> int:
    """Return the working minutes of ``[start, end)`` in which the clock ran.

    ``stood`` are standstills: they do not overlap.
    """
    still = (
        calendar.minutes_between(max(start, stop.started_at), min(end, stop.ended_at))
        for stop in stood
    )
    return calendar.minutes_between(start, end) - sum(still)


def used_minutes(stage: Worked, stood: Sequence[Stop]) -> int:
    """Return the working minutes a stage took, by its own calendar, while the clock ran."""
    return running_minutes(stage.started_at, stage.ended_at, stage.calendar, stood)


def is_behind(stage: Worked, stood: Sequence[Stop]) -> bool:
    """Say whether a stage missed its own date (chậm tiến độ); without a limit it never does.

    One that ended while the clock stood is judged at the moment it stopped.
    """
    if stage.overdue_at is None:
        return False
    end = stage.ended_at
    judged_at = next((s.started_at for s in stood if s.started_at < end <= s.ended_at), end)
    return judged_at >= stage.overdue_at


def overrun(stage: Worked, stood: Sequence[Stop]) -> int:
    """Return the working minutes a stage took beyond its own date; 0 if it kept it."""
    if stage.due_at is None or not is_behind(stage, stood):
        return 0
    return running_minutes(stage.due_at, stage.ended_at, stage.calendar, stood)


def late_minutes(promise: Promise, stood: Sequence[Stop]) -> int:
    """Return the working minutes from the promised date to the end in which the clock ran.

    0 unless the dossier is overdue: who finishes on the evening of the due day is in time.
    """
    if promise.judged_at < promise.overdue_at:
        return 0
    return running_minutes(promise.due_at, promise.judged_at, promise.calendar, stood)


def attribute(promise: Promise, stages: Sequence[Worked], stood: Sequence[Stop]) -> list[int]:
    """Return the late minutes of each stage: at least 0, together exactly ``late_minutes``.

    They go to the stages that overran, in proportion to their overruns. What is more than all
    overruns together (the limits of the stages were longer than the promise, or unset) goes to
    the stages in whose time it fell. Whole minutes by largest remainder; equal remainders give
    to the earlier stage. Without stages there is nothing to give.
    """
    late = late_minutes(promise, stood)
    beyond = [overrun(stage, stood) for stage in stages]
    parts = split(min(late, sum(beyond)), beyond)
    rest = late - sum(parts)
    fell = [
        running_minutes(
            max(stage.started_at, promise.due_at),
            min(stage.ended_at, promise.judged_at),
            promise.calendar,
            stood,
        )
        for stage in stages
    ]
    unexplained = [max(minutes - part, 0) for minutes, part in zip(fell, parts, strict=True)]
    more = split(rest, unexplained)
    return [part + other for part, other in zip(parts, more, strict=True)]


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Split ``total`` in proportion to ``weights`` by largest remainder; the parts add up to it.

    Where no weight is above 0 the last one takes all.
    """
    whole = sum(weights)
    if not whole:
        return [total if n == len(weights) - 1 else 0 for n in range(len(weights))]
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda n: -(total * weights[n] % whole))
    for n in by_remainder[: total - sum(parts)]:
        parts[n] += 1
    return parts
