"""The sweep over all pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from tthc.services.overdue import sweep_page


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What a sweep did, in how many transactions."""

    raised: int
    pages: int


def sweep(
    sessions: sessionmaker[Session], *, clock: Callable[[], datetime], size: int = 5_000
) -> SweepReport:
    """Raise every alert that is due and not raised yet, one transaction for each page.

    Broken off at any point, what was committed stands and the next sweep does the rest.
    """
    now = clock()
    raised, pages, is_last = 0, 0, False
    while not is_last:
        with sessions.begin() as session:
            page = sweep_page(session, now=now, size=size)
        raised, pages, is_last = raised + page.raised, pages + 1, page.is_last
    return SweepReport(raised, pages)
