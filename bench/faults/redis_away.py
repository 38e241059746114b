"""Redis stopped, hung, frozen and emptied while desks write and dossiers become late."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from redis.exceptions import RedisError

from bench.faults.crew import crew
from bench.faults.crossings import end_all, make_late
from bench.faults.database import Database
from bench.faults.expectation import Book, judge_table, now
from bench.faults.outcome import Outcome
from bench.faults.stand import FaultError, Stand, pause, until
from bench.faults.wish import Wish
from bench.faults.writing import Writing, moment, sees_redis, writing

NAME = "redis"
TITLE = "Redis away while desks write"
MOST_RATIO = 1.5
MOST_DRAIN_SECONDS = 60
WAVE = 300
GIVE_UP_SECONDS = 300
WARM_SECONDS = 5.0
FLUSH_SECONDS = 5.0

UNTOLD = """
SELECT count(*) FROM dossiers d WHERE d.status = 4 AND d.due_at < %(before)s
AND NOT EXISTS (SELECT FROM alerts a WHERE a.dossier_id = d.id AND a.kind = 'due')
"""

Tend = Callable[[], None]


def stopped(stand: Stand, seconds: float, tend: Tend) -> None:
    """Stop the server; connections are refused."""
    stand.take_queue_away()
    pause(seconds, tend=tend)
    stand.bring_queue_back()


def paused(stand: Stand, seconds: float, tend: Tend) -> None:
    """Let the server take connections and answer nobody."""
    with stand.queue() as client:
        client.execute_command("CLIENT", "PAUSE", str(int(seconds * 1000)), "ALL")
    pause(seconds, tend=tend)


def frozen(stand: Stand, seconds: float, tend: Tend) -> None:
    """Stop its process, not its sockets."""
    number = stand.queue_process
    os.kill(number, signal.SIGSTOP)
    try:
        pause(seconds, tend=tend)
    finally:
        os.kill(number, signal.SIGCONT)


def emptied(stand: Stand, seconds: float, tend: Tend) -> None:
    """Take everything out, over and over."""
    end = moment() + seconds
    while moment() < end:
        with stand.queue() as client, suppress(RedisError):
            client.flushall()
        pause(FLUSH_SECONDS, tend=tend)


FAULTS = {
    "stopped": stopped,
    "hung (CLIENT PAUSE)": paused,
    "frozen (SIGSTOP)": frozen,
    "emptied (FLUSHALL)": emptied,
}


def measure(stand: Stand, wish: Wish) -> Outcome:
    outcome = Outcome(TITLE, len(FAULTS))
    with stand.database("redis") as database:
        end_all(database, now=now())
        begun = now()
        with (
            crew(stand, database, "api", "worker", "beat", "relay") as members,
            writing(members, database, run="redis") as desks,
        ):
            break_it(stand, desks, outcome, wish)
        verdict = judge_table(database, [(begun, now())], Book())
        outcome.add("alerts needed", verdict.needed)
        outcome.none(
            missed=verdict.missed, duplicate=verdict.duplicate, unfounded=verdict.unfounded
        )
    with stand.database("seeded") as database:
        outcome.caught["publish within the request, Redis hung"] = seeded(stand, database)
    return outcome


def break_it(stand: Stand, desks: Writing, outcome: Outcome, wish: Wish) -> None:
    members, database, tend = desks.crew, desks.database, desks.crew.tend
    until(lambda: untold(database) == 0, GIVE_UP_SECONDS, tend=tend, what="a first sweep")
    quiet, spans, drains = {}, {}, {}
    for name, fault in FAULTS.items():
        quiet[name] = span(lambda: pause(wish.fault_seconds / 2, tend=tend))
        make_late(database, WAVE, now=now())
        spans[name] = span(lambda fault=fault: fault(stand, wish.fault_seconds, tend))
        drains[name] = until(
            lambda: untold(database) == 0, GIVE_UP_SECONDS, tend=tend, what=f"drained: {name}"
        )
        print(f"  {name}: drained after {drains[name]:.1f} s", flush=True)
        until(lambda: sees_redis(members.port), 60, tend=tend, what="Redis is seen")
    ledger = desks.end()
    outcome.add("desk writes", len(ledger.acknowledged))
    for name, (since, before) in spans.items():
        share = ledger.share_written(since, before) * 100
        outcome.add(f"{name}: desk writes answered 2xx", share, "%", least=100)
        p95 = ledger.p95_ms(*quiet[name])
        outcome.add(f"{name}: desk p95 just before", p95, "ms")
        ratio = ledger.p95_ms(since, before) / p95
        outcome.add(f"{name}: p95 against quiet", ratio, "×", most=MOST_RATIO)
        outcome.add(f"{name}: drained after return", drains[name], "s", most=MOST_DRAIN_SECONDS)
    outcome.none(lost_or_partial_writes=desks.settle(ledger).faults)
    outcome.add("restarts of worker and beat", members.deaths["worker"] + members.deaths["beat"])


def span(act: Callable[[], None]) -> tuple[float, float]:
    """Do something and return from when to when."""
    begun = moment()
    act()
    return begun, moment()


def untold(database: Database) -> int:
    """Count the late dossiers for which no alert stands in the table yet."""
    return database.number(UNTOLD, before=now() - timedelta(days=1))


def seeded(stand: Stand, database: Database) -> bool:
    """Tell whether an API that publishes within the request is seen by its writes."""
    with crew(stand, database) as members:
        members.start("api", application="bench.faults.publishing:app")
        with writing(members, database, run="seeded") as desks:
            pause(WARM_SECONDS, tend=members.tend)
            quiet = span(lambda: pause(WARM_SECONDS, tend=members.tend))
            hung = span(lambda: paused(stand, WARM_SECONDS, members.tend))
            ledger = desks.end()
    if not ledger.acknowledged:
        raise FaultError("the seeded API took no writes at all")
    slower = ledger.p95_ms(*hung) > MOST_RATIO * ledger.p95_ms(*quiet)
    return slower or ledger.share_written(*hung) < 1
