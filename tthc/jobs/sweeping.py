"""The sweep over all pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from tthc.services.overdue import Resume, sweep_page


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
    raised, pages = 0, 0
    resume: Resume | None = Resume()
    while resume is not None:
        with sessions.begin() as session:
            page = sweep_page(session, resume, now=now, size=size)
        raised, pages, resume = raised + page.raised, pages + 1, page.resume
    return SweepReport(raised, pages)
