"""Three beats ring the same bells and two workers hear them."""

from __future__ import annotations

from contextlib import suppress

from redis.exceptions import RedisError

from bench.faults import seeds
from bench.faults.crew import crew
from bench.faults.crossings import make_late
from bench.faults.database import Database
from bench.faults.expectation import Book, judge_table, now
from bench.faults.outcome import Outcome
from bench.faults.stand import Stand, pause
from bench.faults.wish import Wish

NAME = "beats"
TITLE = "three beats, two workers"
CREW = ("worker.1", "worker.2", "beat.1", "beat.2", "beat.3", "relay")
MINUTES, QUICK_MINUTES = 3, 1.5
SEEDED_SECONDS = 35
WAVE, WAVE_SECONDS = 500, 15.0

TAKEN = "SELECT count(*), count(DISTINCT (task, slot)) FROM turns_taken"
MINUTES_SWEPT = """
SELECT count(*), extract(epoch FROM max(slot) - min(slot)) / 60 + 1 FROM task_slots
WHERE task = 'overdue.sweep'
"""


def measure(stand: Stand, wish: Wish) -> Outcome:
    minutes = QUICK_MINUTES if wish.is_quick else MINUTES
    with stand.database("beats") as database:
        database.command(seeds.NOTE_EACH_TURN)
        begun, bells = now(), bells_rung(stand)
        with crew(stand, database, *CREW) as members:
            make_late(database, WAVE, now=now())
            for number in range(2, int(minutes * 60 / WAVE_SECONDS)):
                pause(WAVE_SECONDS, tend=members.tend)
                if number * WAVE_SECONDS < (minutes - 1) * 60:
                    make_late(database, WAVE, now=now())
            pause(65, tend=members.tend)
        taken, turns = database.rows(TAKEN)[0]
        outcome = Outcome(TITLE, turns)
        outcome.add("bells rung", bells_rung(stand) - bells)
        outcome.add("turns", turns)
        outcome.none(turns_taken_twice=taken - turns)
        swept, spanned = database.rows(MINUTES_SWEPT)[0]
        outcome.none(minutes_without_a_sweep=float(spanned) - swept)
        verdict = judge_table(database, [(begun, now())], Book())
        outcome.add("alerts needed", verdict.needed)
        outcome.none(
            missed=verdict.missed, duplicate=verdict.duplicate, unfounded=verdict.unfounded
        )
    with stand.database("seeded") as database:
        outcome.caught["a turn may be taken again"] = seeded(stand, database)
    return outcome


def bells_rung(stand: Stand) -> int:
    """Return how often something was put on a queue since the server began."""
    with stand.queue() as client, suppress(RedisError, KeyError):
        return int(client.info("commandstats")["cmdstat_lpush"]["calls"])
    return 0


def seeded(stand: Stand, database: Database) -> bool:
    """Tell whether turns that are given to everybody are seen."""
    database.command(seeds.NOTE_EACH_TURN)
    database.command(seeds.GIVE_A_TURN_AGAIN)
    with crew(stand, database, *CREW[:5]) as members:
        pause(SEEDED_SECONDS, tend=members.tend)
    taken, turns = database.rows(TAKEN)[0]
    return taken > turns
