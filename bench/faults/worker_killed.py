"""kill -9 of the worker and all its children while a sweep is running.

Several lanes run side by side, each with a database, a queue, a worker and a beat of its own:
one would wait for a minute's bell most of the time.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime

from bench.faults import seeds
from bench.faults.crew import Crew, crew
from bench.faults.crossings import forget_alerts, make_late
from bench.faults.database import Database
from bench.faults.expectation import (
    MARGIN,
    Book,
    Matter,
    Rung,
    Watched,
    judge,
    judge_table,
    now,
    raised,
    standings,
    watched,
)
from bench.faults.outcome import Outcome
from bench.faults.stand import FaultError, Stand
from bench.faults.wish import Wish
from tthc.jobs.sweeping import sweep
from tthc.storage.session import open_database

NAME = "worker"
TITLE = "worker killed (-9) in its sweep"
MOST_SECONDS = 90
GIVE_UP_SECONDS = 200
LANES = 8
CROSSINGS = 15_000
PAGE = 5_000


@dataclass(slots=True)
class Killing:
    """One kill: what was committed then, out of how many, and how long the rest took."""

    told: int
    needed: int
    seconds: float
    span: tuple[datetime, datetime]
    alerts: list[tuple[Matter, Rung]]

    @property
    def was_in_the_sweep(self) -> bool:
        return 0 < self.told < self.needed


@dataclass(slots=True)
class Lane:
    """One worker and beat, and the rounds that it still has to go through."""

    database: Database
    crew: Crew
    rounds: int
    dossiers: list[Watched]
    killings: list[Killing] = field(default_factory=list)


def measure(stand: Stand, wish: Wish) -> Outcome:
    rounds = wish.rounds(30, quick=2)
    lanes = min(LANES, rounds)
    outcome, book = Outcome(TITLE, rounds), Book()
    with ExitStack() as stack:
        made = []
        for number in range(lanes):
            database = stack.enter_context(stand.database(f"lane{number}"))
            make_late(database, CROSSINGS, now=now())
            members = stack.enter_context(crew(stand, database, "worker", "beat", queue=number + 1))
            share = rounds // lanes + (number < rounds % lanes)
            made.append(Lane(database, members, share, watched(database)))
        run_side_by_side([go_through(lane, book) for lane in made], tend_all(made))
    tell(outcome, [killing for lane in made for killing in lane.killings])
    tell_verdicts(outcome, made, book)
    with stand.database("seeded") as database:
        outcome.caught |= seeded(database, book)
    return outcome


def tell(outcome: Outcome, killings: list[Killing]) -> None:
    hits = [killing for killing in killings if killing.was_in_the_sweep]
    took = sorted(killing.seconds for killing in hits)
    outcome.add("kills that fell into a running sweep", len(hits), least=outcome.rounds)
    outcome.add("kills that came too late and were repeated", len(killings) - len(hits))
    outcome.add("kill to complete sweep, longest", took[-1], "s", most=MOST_SECONDS)
    outcome.add("kill to complete sweep, median", took[len(took) // 2], "s")


def tell_verdicts(outcome: Outcome, lanes: list[Lane], book: Book) -> None:
    """Judge the alerts of every round; the dossiers of a lane stay as they are."""
    verdicts = []
    for lane in lanes:
        for killing in lane.killings:
            begin, end = killing.span
            needed = [standings(lane.dossiers, book, begin - MARGIN)]
            allowed = [standings(lane.dossiers, book, end + MARGIN)]
            verdicts.append(judge(killing.alerts, needed, allowed))
    outcome.add("alerts needed", sum(verdict.needed for verdict in verdicts))
    outcome.none(
        missed=sum(verdict.missed for verdict in verdicts),
        duplicate=sum(verdict.duplicate for verdict in verdicts),
        unfounded=sum(verdict.unfounded for verdict in verdicts),
    )


def go_through(lane: Lane, book: Book) -> Iterator[None]:
    """Go through the rounds of a lane, giving way wherever there is something to wait for.

    A kill that came when the sweep was over is repeated.
    """
    needed = len(standings(lane.dossiers, book, now()))
    while sum(killing.was_in_the_sweep for killing in lane.killings) < lane.rounds:
        lane.killings.append((yield from kill_once(lane, needed)))


def kill_once(lane: Lane, needed: int) -> Iterator[None]:
    forget_alerts(lane.database)
    begun = now()
    aim = random.randint(1, needed // PAGE - 1) * PAGE - PAGE // 2
    yield from wait(lambda: told(lane.database) >= aim)
    lane.crew.kill("worker")
    killed_at = time.monotonic()
    yield from wait(lambda: not is_busy(lane.database))
    committed = told(lane.database)
    yield from wait(lambda: told(lane.database) >= needed)
    seconds = time.monotonic() - killed_at
    yield from wait(lambda: ended_a_sweep_since(lane.database, begun))
    print(
        f"  {lane.database.name}: {committed} of {needed} told at the kill,"
        f" all after {seconds:.1f} s",
        flush=True,
    )
    return Killing(committed, needed, seconds, (begun, now()), raised(lane.database))


def told(database: Database) -> int:
    return database.number("SELECT count(*) FROM alerts")


def is_busy(database: Database) -> bool:
    """Tell whether a statement of a process that was killed still runs."""
    query = """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()
          AND query ILIKE '%%alerts%%'
    """
    return database.number(query) > 0


def ended_a_sweep_since(database: Database, moment: datetime) -> bool:
    query = """
        SELECT count(*) FROM task_slots
        WHERE task = 'overdue.sweep' AND finished_at > %(moment)s
    """
    return database.number(query, moment=moment) > 0


def wait(is_so: Callable[[], bool]) -> Iterator[None]:
    end = time.monotonic() + GIVE_UP_SECONDS
    while not is_so():
        if time.monotonic() > end:
            raise FaultError("the sweep did not come or did not go on")
        yield


def run_side_by_side(lanes: list[Iterator[None]], tend: Callable[[], None]) -> None:
    """Let every lane go on in turn until all have ended."""
    while lanes:
        for lane in lanes[:]:
            if next(lane, lanes) is lanes:
                lanes.remove(lane)
        tend()
        time.sleep(0.01)


def tend_all(lanes: list[Lane]) -> Callable[[], None]:
    def tend() -> None:
        for lane in lanes:
            lane.crew.tend()

    return tend


def seeded(database: Database, book: Book) -> dict[str, bool]:
    """Tell whether alerts lost and alerts doubled on purpose are seen."""
    make_late(database, PAGE, now=now())
    begun = now()
    database.command(seeds.LOSE_EVERY_HUNDREDTH_ALERT)
    sessions = open_database(database.url, pool_size=1)
    sweep(sessions, clock=now)
    lossy = judge_table(database, [(begun, now())], book)
    database.command(seeds.LOSE_NO_ALERT)
    database.command(seeds.LET_ALERTS_DOUBLE)
    sweep(sessions, clock=now)
    database.command(seeds.SWEEP_TWICE)
    double = judge_table(database, [(begun, now())], book)
    sessions.kw["bind"].dispose()
    return {
        "alerts lost by a trigger": lossy.missed > 0,
        "unique key dropped, a page swept twice": double.duplicate > 0,
    }
