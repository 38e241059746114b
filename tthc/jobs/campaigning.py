"""Calendar campaigns over all pages: previewing drafts, applying what was approved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session, sessionmaker

from tthc.services.campaign_pages import list_work, take_page
from tthc.storage.queries.campaigns import list_waiting

SLICE = timedelta(seconds=25)
"""How long one turn of a worker goes on; the rest waits for its next turn."""

Sessions = sessionmaker[Session]
Clock = Callable[[], datetime]
Progress = Callable[[int, int], None]
"""Told how many dossiers were looked at, and of how many."""


def run_campaign(
    sessions: Sessions,
    campaign_id: int,
    *,
    clock: Clock,
    progress: Progress = lambda _done, _total: None,
    until: datetime | None = None,
) -> int:
    """Preview or apply a campaign to its end, or ``until`` a moment; return what was looked at.

    Broken off at any point, what was committed stands and the next run goes on after it. Done
    twice, the second run does nothing.
    """
    with sessions.begin() as session:
        work = list_work(session, campaign_id)
    done = 0
    while until is None or clock() < until:
        with sessions.begin() as session:
            taken = take_page(session, campaign_id, work, now=clock())
        if not taken:
            break
        done += taken
        progress(done, len(work))
    return done


def run_waiting(sessions: Sessions, *, clock: Clock) -> int:
    """Go on with every campaign that waits, for about 25 s; return what was looked at."""
    until = clock() + SLICE
    with sessions.begin() as session:
        waiting = list_waiting(session)
    return sum(run_campaign(sessions, campaign, clock=clock, until=until) for campaign in waiting)
