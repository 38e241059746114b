"""What alerts are about, and which rung of the ladder somebody's waiting has reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tthc.domain.calendar import WorkingCalendar
from tthc.domain.moment import civil_day, start_of_day


class AlertKind(StrEnum):
    """What an alert is about. Each kind but NOTICE has rungs of its own.

    Choice: docs/decisions/kinds-of-alert.md.
    """

    DUE = "due"
    """The due date comes near or has passed."""
    UNACCEPTED = "unaccepted"
    """Lodged online, neither accepted nor refused."""
    SUPPLEMENT = "supplement"
    """Papers were asked for and have not come."""
    UNCOLLECTED = "uncollected"
    """The result is there and was not returned."""
    UNAPOLOGISED = "unapologised"
    """Late, and no apology with a new date was given."""
    UNDATED = "undated"
    """Being worked on without a due date."""
    NOTICE = "notice"
    """Told once, on no rung."""


ON_LADDER = tuple(kind for kind in AlertKind if kind is not AlertKind.NOTICE)
AT_DESK = frozenset({AlertKind.UNACCEPTED, AlertKind.UNCOLLECTED})
"""Kinds that are the receiving unit's to settle; all others are the resolving unit's."""
UNDER_DUE_DATE = frozenset({AlertKind.DUE, AlertKind.UNAPOLOGISED, AlertKind.NOTICE})
"""Kinds that begin anew with another due date."""

_IN_HOURS = frozenset({AlertKind.UNACCEPTED})
_HOUR = 60


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder and who hears there.

    ``amount`` counts from the due day (negative: before it) or from when the waiting began:
    working hours for UNACCEPTED, working days for every other kind. ``is_urgent`` is told at once
    in working hours and does not wait for the morning's digest.
    """

    code: str
    kind: AlertKind
    amount: int
    audience: tuple[str, ...]
    is_urgent: bool = False


@dataclass(frozen=True, slots=True)
class Reached:
    """Everything that waits since ``[since, before)`` stands on ``rung`` now.

    For DUE and UNAPOLOGISED these are due dates.
    """

    rung: Rung
    since: datetime | None
    before: datetime


@dataclass(frozen=True, slots=True)
class Ladders:
    """The rungs of the nation (under None), and of units that have their own.

    ``parents`` gives the province of each unit.
    """

    rungs: Mapping[str | None, Sequence[Rung]]
    parents: Mapping[str, str | None]

    def of(self, unit_code: str | None, kind: AlertKind) -> list[Rung]:
        """Return a unit's rungs of one kind, lowest first: its own, its province's, else all's.

        A unit with one rung of a kind has replaced every rung of that kind.
        """
        for scope in (unit_code, self.parents.get(unit_code or ""), None):
            found = [rung for rung in self.rungs.get(scope, ()) if rung.kind is kind]
            if found:
                return sorted(found, key=lambda rung: rung.amount)
        return []

    def all_of(self, unit_code: str | None) -> list[Rung]:
        """Return a unit's rungs of every kind, by kind and lowest first."""
        return [rung for kind in ON_LADDER for rung in self.of(unit_code, kind)]

    @property
    def scopes(self) -> frozenset[str]:
        """The units that have rungs of their own."""
        return frozenset(scope for scope in self.rungs if scope is not None)


def first_late_rung(rungs: Iterable[Rung]) -> Rung | None:
    """Return the rung on which somebody first hears that a dossier is late, None without one.

    Who is late before the ladder's days say so stands on it at once: a limit in hours that has
    run out, and a dossier whose clock stopped when it was late already.
    """
    late = [rung for rung in rungs if rung.amount > 0]
    return min(late, key=lambda rung: rung.amount, default=None)


def reached_rungs(
    rungs: Iterable[Rung], calendar: WorkingCalendar, *, now: datetime
) -> list[Reached]:
    """Return, highest rung first, who stands on which of the ``rungs`` of one kind at ``now``.

    Somebody stands on the highest rung they have reached, so an hour or a week without a
    sweep is caught up by one alert and not by one for every rung passed. Counted in days:
    "late by 1" begins with the first working day after the due day.
    """
    reached: list[Reached] = []
    upper: datetime | None = None
    for rung in sorted(rungs, key=lambda rung: rung.amount, reverse=True):
        before = _reached_before(rung, calendar, now)
        reached.append(Reached(rung, upper, before))
        upper = before
    return [r for r in reached if r.since is None or r.since < r.before]


def _reached_before(rung: Rung, calendar: WorkingCalendar, now: datetime) -> datetime:
    if rung.kind in _IN_HOURS:
        return calendar.worked_before(now, rung.amount * _HOUR)
    return start_of_day(calendar.nth_working_day_after(civil_day(now), 1 - rung.amount))
