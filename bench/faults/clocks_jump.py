"""A worker whose clock is wrong, and three days without beat, worker and relay."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from celery import Celery

from bench.faults import seeds
from bench.faults.crew import Crew, crew
from bench.faults.crossings import end_all, make_late
from bench.faults.database import Database
from bench.faults.expectation import Book, Verdict, judge_table, now
from bench.faults.later import offset_of, until_working_morning
from bench.faults.mail_broken import SEEDED_RELAY
from bench.faults.outcome import Outcome
from bench.faults.smtp import Mailbox, mail_server
from bench.faults.stand import Stand, pause, until
from bench.faults.telling import tell_everybody
from bench.faults.wish import Wish
from workers.app import broker_url
from workers.overdue import SWEEP

NAME = "clocks"
TITLE = "clocks wrong; three days without beat"
JUMPS = (timedelta(minutes=40), timedelta(days=1), timedelta(hours=-2))
LATE = 400
TURN_SECONDS = 150
SECONDS_A_BELL, MOST_BELLS = 5, 30
SPLITTING = (*SEEDED_RELAY[:2], "splitting")

URGENT_ONLY = """
SELECT message_id FROM deliveries WHERE message_id IS NOT NULL
GROUP BY message_id HAVING bool_and(is_urgent)
"""
"""Messages that carry no digest: only what is told at once."""

Span = tuple[datetime, datetime]


def measure(stand: Stand, _wish: Wish) -> Outcome:
    outcome = Outcome(TITLE, len(JUMPS) + 1)
    with stand.database("clocks") as database:
        add(outcome, *live_through(stand, database))
    with stand.database("seeded") as database:
        database.command(seeds.LOSE_EVERY_HUNDREDTH_ALERT)
        verdict, digests = live_through(stand, database, relay=SPLITTING, jumps=())
        outcome.caught["a relay that sends line by line"] = max(digests) > 1
        outcome.caught["alerts lost by a trigger"] = verdict.missed > 0
    return outcome


def add(outcome: Outcome, verdict: Verdict, digests: list[int]) -> None:
    outcome.add("alerts", verdict.alerts)
    outcome.none(missed=verdict.missed, duplicate=verdict.duplicate, unfounded=verdict.unfounded)
    outcome.add("recipients of a digest after the outage", len(digests))
    outcome.add("digests to one recipient, most", max(digests, default=0), most=1)


def live_through(
    stand: Stand,
    database: Database,
    *,
    relay: tuple[str, ...] = (),
    jumps: tuple[timedelta, ...] = JUMPS,
) -> tuple[Verdict, list[int]]:
    """Sweep by right and by wrong clocks, tell of it, then come back after three days.

    Return what the alerts are worth, and how many digests each recipient then got.
    """
    end_all(database, now=now())
    make_late(database, LATE, now=now())
    mailbox = Mailbox()
    outage = until_working_morning(days=4)
    with mail_server(mailbox) as address, crew(stand, database) as members:
        clocks = (timedelta(), *jumps, timedelta())
        spans = [sweep_by(members, database, clock) for clock in clocks]
        tell_everybody(members, database, address, until_working_morning(days=1), relay=relay)
        make_late(database, LATE * 2, now=now() + outage)
        heard = len(mailbox.letters)
        spans.append(come_back(members, database, outage))
        tell_everybody(members, database, address, outage, relay=relay)
    urgent = {row[0] for row in database.rows(URGENT_ONLY)}
    digests = Counter(
        letter.recipient
        for letter in mailbox.letters[heard:]
        if letter.message_id.removeprefix("<").partition("@")[0] not in urgent
    )
    return judge_table(database, spans, Book()), list(digests.values())


def sweep_by(members: Crew, database: Database, clock: timedelta) -> Span:
    """Let a worker hear bells by a clock moved so far; return the moved span of its sweep."""
    begun = now() + clock
    members.start("worker", environment={"TTHC_CLOCK": offset_of(clock)})
    for _ in range(MOST_BELLS):  # a turn of the same minute may have been taken before
        ring(members)
        pause(SECONDS_A_BELL, tend=members.tend)
        if has_swept(database, begun):
            break
    members.end("worker")
    return begun, now() + clock


def come_back(members: Crew, database: Database, outage: timedelta) -> Span:
    """Start everything by a clock moved over the outage, and let beat ring."""
    begun, clock = now() + outage, {"TTHC_CLOCK": offset_of(outage)}
    members.start("worker", "beat", environment=clock)
    until(lambda: has_swept(database, begun), TURN_SECONDS, tend=members.tend, what="a sweep ends")
    members.end("worker", "beat")
    return begun, now() + outage


def ring(members: Crew) -> None:
    """Ring the bell of the sweep as beat does."""
    app = Celery(broker=broker_url(members.environment["REDIS_URL"]), set_as_current=False)
    with app.connection_for_write() as connection:
        app.send_task(SWEEP.name, queue="sweeps", connection=connection, ignore_result=True)


def has_swept(database: Database, begun: datetime) -> bool:
    """Tell whether a sweep ended after a moment of the worker's own clock."""
    query = """
        SELECT count(*) FROM task_slots WHERE task = 'overdue.sweep'
        AND finished_at >= %(begun)s AND finished_at < %(begun)s + interval '5 minutes'
    """
    return database.number(query, begun=begun) > 0
