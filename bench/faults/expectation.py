"""Who must have been alerted, counted anew from the dossiers by brute force.

This shares nothing with the product but its reference files: it reads the ladder, the days off
and the hours from ``config/reference`` and walks over days and dossiers one by one.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.entry import ROOT
from bench.faults.database import Database

VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")
REFERENCE = ROOT / "config" / "reference"
FIRST_YEAR, LAST_YEAR = 2024, 2028
RUNNING, ENDED = {2, 4}, {3, 7, 8, 9, 10}

DOSSIERS = """
SELECT d.id, d.status, d.due_at, d.overdue_at, d.due_version, d.due_granularity, d.stopped_at,
       d.ended_at, d.registered_at, d.recorded_at, d.received_at, d.finished_at, d.last_event_at,
       d.supplement_count, d.extension_count,
       (SELECT s.started_at FROM clock_stops s WHERE s.dossier_id = d.id
        AND s.reason = 'supplement' AND s.ended_at IS NULL) AS asked_at
FROM dossiers d WHERE d.status <> 10
"""


@dataclass(frozen=True, slots=True)
class Matter:
    """What an alert is about: rungs of the same matter follow one another."""

    dossier: int
    kind: str
    due_version: int
    occasion: int


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of the ladder."""

    code: str
    amount: int


@dataclass(frozen=True, slots=True)
class Watched:
    """The columns of a dossier that decide whether somebody must hear of it."""

    id: int
    status: int
    due_at: datetime | None
    overdue_at: datetime | None
    due_version: int
    granularity: str | None
    stopped_at: datetime | None
    ended_at: datetime | None
    registered_at: datetime | None
    recorded_at: datetime
    received_at: datetime | None
    finished_at: datetime | None
    last_event_at: datetime | None
    supplement_count: int
    extension_count: int
    asked_at: datetime | None

    @property
    def runs(self) -> bool:
        return self.status in RUNNING and self.stopped_at is None


class Book:
    """The ladder and the working calendar, as the reference files tell them."""

    def __init__(self, folder: Path = REFERENCE) -> None:
        self.ladder: dict[str, list[Rung]] = {}
        for row in read(folder / "ladder.csv"):
            if not row["scope"]:
                rung = Rung(row["rung"], int(row["amount"]))
                self.ladder.setdefault(row["kind"], []).append(rung)
        self._special = {
            date.fromisoformat(row["day"]): row["kind"]
            for row in read(folder / "calendar.csv")
            if not row["scope"]
        }
        self._shifts: dict[int, list[tuple[time, time]]] = {}
        for row in read(folder / "hours.csv"):
            if row["kind"] == "worked" and not row["unit_code"]:
                shift = (time.fromisoformat(row["opens"]), time.fromisoformat(row["closes"]))
                self._shifts.setdefault(int(row["weekday"]), []).append(shift)

    def is_worked(self, day: date) -> bool:
        kind = self._special.get(day)
        return kind == "LAM_BU" or (kind is None and day.isoweekday() in self._shifts)

    @cached_property
    def _worked_up_to(self) -> dict[date, int]:
        """For each day, how many working days there were up to and including it."""
        found: dict[date, int] = {}
        count, day = 0, date(FIRST_YEAR, 1, 1)
        while day.year <= LAST_YEAR:
            count += self.is_worked(day)
            found[day] = count
            day += timedelta(days=1)
        return found

    def days_from(self, since: datetime, at: datetime) -> int:
        """Return the working days from the day of ``since`` to that of ``at``; below 0 before."""
        return self._worked_up_to[day_of(at)] - self._worked_up_to[day_of(since)]

    def minutes_between(self, since: datetime, at: datetime) -> float:
        """Return the working minutes between two instants, walking day by day."""
        total, day = timedelta(), day_of(since)
        while day <= day_of(at):
            if self.is_worked(day):
                for opens, closes in self._shifts.get(day.isoweekday(), self._shifts[1]):
                    begin = max(datetime.combine(day, opens, VIET_NAM), since)
                    end = min(datetime.combine(day, closes, VIET_NAM), at)
                    total += max(end - begin, timedelta())
            day += timedelta(days=1)
        return total / timedelta(minutes=1)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def day_of(moment: datetime) -> date:
    return moment.astimezone(VIET_NAM).date()


def watched(database: Database) -> list[Watched]:
    return [Watched(*row) for row in database.rows(DOSSIERS)]


def standings(dossiers: Iterable[Watched], book: Book, at: datetime) -> dict[Matter, Rung]:
    """Return for every matter the highest rung it has reached at an instant."""
    found: dict[Matter, Rung] = {}
    for dossier in dossiers:
        for matter, reached in _waits(dossier, book, at):
            rungs = [rung for rung in book.ladder.get(matter.kind, ()) if rung.amount <= reached]
            if rungs:
                found[matter] = max(rungs, key=lambda rung: rung.amount)
    return found


def _waits(d: Watched, book: Book, at: datetime) -> Iterator[tuple[Matter, float]]:
    """Yield every matter of a dossier and how far it has come, in the measure of its rungs."""
    due = Matter(d.id, "due", d.due_version, 0)
    first_late = min(rung.amount for rung in book.ladder["due"] if rung.amount > 0)
    if d.runs and d.due_at is not None:
        days = book.days_from(d.due_at, at)
        is_late_by_the_hour = d.granularity == "instant" and d.due_at < at
        yield due, max(days, first_late) if is_late_by_the_hour else days
        if d.extension_count == 0:
            yield Matter(d.id, "unapologised", d.due_version, 0), days
    if d.stopped_at and d.overdue_at and d.stopped_at >= d.overdue_at and d.ended_at is None:
        yield due, first_late
    if d.status == 1:
        since = d.registered_at or d.recorded_at
        yield Matter(d.id, "unaccepted", 0, 0), book.minutes_between(since, at) / 60
    if d.status == 5:
        asked_at = d.asked_at or d.last_event_at
        supplement = Matter(d.id, "supplement", 0, d.supplement_count)
        yield supplement, book.days_from(asked_at or at, at)
    if d.status == 9 and d.finished_at:
        yield Matter(d.id, "uncollected", 0, 0), book.days_from(d.finished_at, at)
    if d.status in RUNNING and d.due_at is None and d.received_at:
        yield Matter(d.id, "undated", 0, 0), book.days_from(d.received_at, at)


ALERTS = """
SELECT dossier_id, kind, due_version, occasion, rung, amount FROM alerts
WHERE kind <> 'notice' ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the alerts in the table are worth; all but ``alerts`` and ``needed`` should be 0."""

    alerts: int
    needed: int
    missed: int
    duplicate: int
    unfounded: int


def judge(
    alerts: Sequence[tuple[Matter, Rung]],
    needed: Iterable[Mapping[Matter, Rung]],
    allowed: Iterable[Mapping[Matter, Rung]],
) -> Verdict:
    """Hold the alerts, in the order they were raised, against who had to be alerted.

    ``needed`` are standings at moments that were surely swept; ``allowed`` those at the ends of
    the same spans, since a rung may be reached in between. A second alert of a matter is a
    duplicate unless its rung is higher.
    """
    told: dict[Matter, int] = {}
    duplicate = unfounded = 0
    needed = list(needed)
    grounds = [*needed, *allowed]
    for matter, rung in alerts:
        if rung.amount <= told.get(matter, -(10**9)):
            duplicate += 1
        told[matter] = max(rung.amount, told.get(matter, rung.amount))
        unfounded += all(ground.get(matter) != rung for ground in grounds)
    wanted: dict[Matter, int] = {}
    for ground in needed:
        for matter, rung in ground.items():
            wanted[matter] = max(rung.amount, wanted.get(matter, rung.amount))
    missed = sum(told.get(matter, -(10**9)) < amount for matter, amount in wanted.items())
    return Verdict(len(alerts), len(wanted), missed, duplicate, unfounded)


def raised(database: Database) -> list[tuple[Matter, Rung]]:
    """Return the alerts in the table, in the order in which they were raised."""
    return [
        (Matter(dossier, kind, version, occasion), Rung(rung, amount))
        for dossier, kind, version, occasion, rung, amount in database.rows(ALERTS)
    ]


def judge_table(
    database: Database, spans: Sequence[tuple[datetime, datetime]], book: Book
) -> Verdict:
    """Judge the alerts of a database swept in each of these spans, the dossiers at rest."""
    dossiers = watched(database)
    return judge(
        raised(database),
        [standings(dossiers, book, begin - MARGIN) for begin, _ in spans],
        [standings(dossiers, book, end + MARGIN) for _, end in spans],
    )


MARGIN = timedelta(minutes=1)


def now() -> datetime:
    return datetime.now(UTC)
