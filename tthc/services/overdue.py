"""The sweep: find running dossiers that reached a rung of the ladder; alert once each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tthc.domain.overdue import reached_rungs
from tthc.services.reference import load_reference
from tthc.storage.queries.alerts import raise_alerts


@dataclass(frozen=True, slots=True)
class SweepPage:
    """What one page of a sweep did; ``is_last`` says that nothing is left."""

    raised: int
    is_last: bool


def sweep_page(session: Session, *, now: datetime, size: int = 5_000) -> SweepPage:
    """Raise up to ``size`` alerts that are due at ``now`` and not raised yet.

    The truth is a query over state, so a missed hour or night is caught up by the next sweep,
    with one alert on the highest rung reached. Done twice, it raises nothing new: alerts are
    unique per (dossier, due version, rung), and a higher rung silences the lower ones.
    """
    reference = load_reference(session)
    raised = 0
    for reached in reached_rungs(reference.ladder, reference.calendar, now=now):
        raised += raise_alerts(session, reached, now=now, limit=size - raised)
        if raised >= size:
            return SweepPage(raised, is_last=False)
    return SweepPage(raised, is_last=True)
