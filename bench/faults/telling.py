"""Letting a relay tell everybody, by a clock that is moved past the minutes it would wait."""

from __future__ import annotations

from datetime import datetime, timedelta

from bench.faults.crew import Crew
from bench.faults.database import Database
from bench.faults.expectation import now
from bench.faults.later import offset_of
from bench.faults.stand import until
from tthc.jobs.delivering import route_all
from tthc.storage.session import open_database

GIVE_UP_SECONDS = 240
SETTLED = timedelta(minutes=3)
"""A digest waits for two minutes for what else a sweep finds."""

STATES = "SELECT status, count(*) FROM deliveries GROUP BY status"
UNROUTED = "SELECT count(*) FROM alerts WHERE routed_at IS NULL"
DUE = "SELECT count(*) FROM deliveries WHERE status = 'waiting' AND next_try_at <= %(at)s"


def route_at(database: Database, at: datetime) -> None:
    """Give every alert its recipients, as if it were that moment."""
    sessions = open_database(database.url, pool_size=1)
    route_all(sessions, clock=lambda: at)
    sessions.kw["bind"].dispose()


def tell_everybody(
    members: Crew,
    database: Database,
    address: str,
    clock: timedelta,
    *,
    relay: tuple[str, ...] = (),
) -> None:
    """Let a relay by a moved clock route and send all that is due, urgent or in a digest."""
    for moved in (clock, clock + SETTLED):
        environment = {"SMTP_URL": address, "TTHC_CLOCK": offset_of(moved)}
        members.start("relay", command=relay, environment=environment)
        until(
            lambda moved=moved: (
                not database.number(UNROUTED) and not database.number(DUE, at=now() + moved)
            ),
            GIVE_UP_SECONDS,
            tend=members.tend,
            what="everything due is sent",
        )
        members.end("relay")


def states(database: Database) -> dict[str, int]:
    """Return how many deliveries are in each state."""
    nothing = dict.fromkeys(("waiting", "sent", "parked", "withdrawn"), 0)
    return nothing | dict(database.rows(STATES))
