"""Filling a database with invented dossiers, page by page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from sqlalchemy.orm import Session, sessionmaker

from tthc.domain.demonstration.arrivals import Arrival, plan_arrivals
from tthc.domain.demonstration.plots import tell_life
from tthc.domain.moment import start_of_day
from tthc.services.demonstration import (
    count_staff,
    is_empty,
    prepare_demonstration,
    staff_demonstration,
)
from tthc.services.demonstration_pages import write_page
from tthc.storage.session import LONG_STATEMENT_TIMEOUT_MS, open_database

PAGE = 2_000


@dataclass(frozen=True, slots=True)
class DemoWish:
    """What is wanted: how many communes, and how many dossiers in all of them together.

    ``only_if_empty``: dossiers only where there is none, users only where there is none.
    """

    communes: int
    dossiers: int
    seed: int
    only_if_empty: bool = False


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What was made. ``was_empty``: there was no dossier; ``users`` are of the demonstration."""

    was_empty: bool
    communes: int = 0
    dossiers: int = 0
    events: int = 0
    users: int = 0


def demonstrate(
    url: str, wish: DemoWish, *, progress: Callable[[int], None], now: datetime
) -> DemoReport:
    """Fill the database at ``url``, which is migrated, one transaction a page of 2,000.

    ``progress`` is told how many dossiers are written so far. The same wish on the same day
    gives the same dossiers; wished twice, there are twice as many.
    """
    sessions = open_database(url, pool_size=1, statement_timeout_ms=LONG_STATEMENT_TIMEOUT_MS)
    try:
        with sessions.begin() as session:
            was_empty = is_empty(session)
        if wish.only_if_empty and not was_empty:
            return _staff(sessions, wish, now=now)
        return _fill(sessions, wish, progress, was_empty=was_empty, now=now)
    finally:
        sessions.kw["bind"].dispose()


def _rng(wish: DemoWish) -> Random:
    return Random(f"{wish.seed}|{wish.communes}|{wish.dossiers}")  # noqa: S311 - no secret is made


def _staff(sessions: sessionmaker[Session], wish: DemoWish, *, now: datetime) -> DemoReport:
    with sessions.begin() as session:
        users = staff_demonstration(session, wish.communes, _rng(wish), now=now)
    return DemoReport(was_empty=False, users=users)


def _fill(
    sessions: sessionmaker[Session],
    wish: DemoWish,
    progress: Callable[[int], None],
    *,
    was_empty: bool,
    now: datetime,
) -> DemoReport:
    rng = _rng(wish)
    with sessions.begin() as session:
        stage = prepare_demonstration(session, wish.communes, rng, now=now)
        users = count_staff(session)
    arrivals = plan_arrivals(stage, wish.dossiers, rng)
    until, events = start_of_day(stage.today), 0
    for start in range(0, len(arrivals), PAGE):
        page = arrivals[start : start + PAGE]
        events += _write(sessions, page, rng, until)
        progress(start + len(page))
    return DemoReport(was_empty, len(stage.desks), len(arrivals), events, users)


def _write(
    sessions: sessionmaker[Session], page: Sequence[Arrival], rng: Random, until: datetime
) -> int:
    lives = [tell_life(arrival, rng, until=until) for arrival in page]
    with sessions.begin() as session:
        return write_page(session, lives)
