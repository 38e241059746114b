"""Dossiers whose data make the program fail: the others are told, these are put aside and seen.

What reaches the program unread is a damaged date: PostgreSQL keeps ``-infinity`` and instants
that have no counterpart in Python. Found by trying: a sweep is one statement for each page and
reads no date, routing reads none either, so the dossier comes as far as its message.
"""

from __future__ import annotations

import re
from datetime import timedelta

from bench.faults import seeds
from bench.faults.crew import Crew, crew
from bench.faults.crossings import end_all, make_late
from bench.faults.database import Database
from bench.faults.expectation import now
from bench.faults.later import offset_of, until_working_morning
from bench.faults.outcome import Outcome
from bench.faults.smtp import Mailbox, mail_server
from bench.faults.stand import Stand, until
from bench.faults.telling import SETTLED, route_at
from bench.faults.wish import Wish
from bench.faults.writing import answers
from bench.serving import fetch
from bench.sweep import timed_sweep

NAME = "poison"
TITLE = "dossiers that make the program fail"
LATE = 150
MOST_TRIES = 3
LATER = (timedelta(0), timedelta(minutes=2), timedelta(minutes=9))
GIVE_UP_SECONDS = 120

DAMAGE = {
    "due": """
        UPDATE dossiers SET received_at = '-infinity', due_at = '-infinity',
               version_from = '1999-01-01'
        WHERE status = 4 AND id IN (SELECT id FROM dossiers WHERE status = 4 ORDER BY id LIMIT 3)
    """,
    "finished": """
        UPDATE dossiers SET status = 9, received_at = '-infinity', finished_at = '-infinity',
               version_from = '1999-01-01'
        WHERE id IN (SELECT id FROM dossiers WHERE status = 4 ORDER BY id DESC LIMIT 2)
    """,
}
POISONED = "SELECT id FROM dossiers WHERE version_from = '1999-01-01'"
IS_POISONED = f"a.dossier_id IN ({POISONED})"
DELIVERIES = """
SELECT count(*) FROM deliveries d JOIN alerts a ON a.id = d.alert_id WHERE {0}
"""
UNTOLD = f"""
SELECT count(*) FROM dossiers d WHERE d.status = 4 AND d.due_at < now()
AND d.id NOT IN ({POISONED})
AND NOT EXISTS (SELECT FROM alerts a JOIN deliveries v ON v.alert_id = a.id
                WHERE a.dossier_id = d.id AND v.status = 'sent')
"""


def measure(stand: Stand, _wish: Wish) -> Outcome:
    with stand.database("poison") as database:
        outcome = Outcome(TITLE, damage(database))
        with mail_server(Mailbox()) as address, crew(stand, database, "api") as members:
            seconds = go_through_tries(members, database, address)
            tell(outcome, members, database, seconds)
    with stand.database("seeded") as database:
        damage(database)
        database.command(seeds.LOSE_A_DELIVERY)
        with mail_server(Mailbox()) as address, crew(stand, database) as members:
            go_through_tries(members, database, address)
        outcome.caught["a sound dossier left out too"] = database.number(UNTOLD) > 0
    return outcome


def damage(database: Database) -> int:
    """Make some dossiers late and damage a few of them; return how many are damaged."""
    end_all(database, now=now())
    make_late(database, LATE, now=now())
    return sum(database.command(statement) for statement in DAMAGE.values())


def go_through_tries(members: Crew, database: Database, address: str) -> float:
    """Sweep, and let a relay go by a clock that is moved on; return the seconds to all told."""
    timed_sweep(database.url, now())
    morning = until_working_morning(days=1)
    route_at(database, now() + morning)
    waiting = DELIVERIES.format(f"d.status = 'waiting' AND NOT {IS_POISONED}")
    took = 0.0
    for number, later in enumerate(LATER, start=1):
        clock = {"SMTP_URL": address, "TTHC_CLOCK": offset_of(morning + SETTLED + later)}
        members.start("relay", environment=clock)
        tried = DELIVERIES.format(f"{IS_POISONED} AND d.attempts < {number}")
        seconds = until(
            lambda tried=tried: not database.number(waiting) and not database.number(tried),
            GIVE_UP_SECONDS,
            tend=members.tend,
            what=f"try {number} of what is poisoned",
        )
        took = took or seconds
        members.end("relay")
    return took


def tell(outcome: Outcome, members: Crew, database: Database, seconds: float) -> None:
    until(lambda: answers(members.port), 30, tend=members.tend, what="the API answers")
    parked = database.number(DELIVERIES.format(f"{IS_POISONED} AND d.status = 'parked'"))
    all_of_them = database.number(DELIVERIES.format(IS_POISONED))
    tries = database.rows("SELECT max(attempts) FROM deliveries WHERE last_error = 'poisoned'")[0][
        0
    ]
    shown = re.search(
        r"^tthc_deliveries_parked (\S+)", fetch(members.port, "/metrics")[1].decode(), re.MULTILINE
    )
    outcome.add("sound dossiers late", database.number(UNTOLD.partition("AND NOT EXISTS")[0]))
    outcome.none(sound_dossiers_not_told=database.number(UNTOLD))
    outcome.add("until all sound ones were told", seconds, "s")
    outcome.add("messages about poisoned ones", all_of_them)
    outcome.none(of_these_not_parked=all_of_them - parked)
    outcome.add("tries before it is parked", tries or 0, most=MOST_TRIES)
    outcome.none(parked_but_not_shown_by_metrics=parked - float(shown[1] if shown else 0))
    outcome.add("relay restarts", members.deaths["relay"], most=0)
