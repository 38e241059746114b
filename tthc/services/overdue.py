"""The sweep: find running dossiers that reached a rung of the ladder; alert once each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from tthc.domain.answering import quieted_by
from tthc.domain.overdue import first_late_rung, reached_rungs
from tthc.services.reference import Reference, load_reference
from tthc.storage.queries.alerts import (
    Look,
    raise_alerts,
    raise_late_hours,
    raise_stopped_late,
)


@dataclass(frozen=True, slots=True)
class SweepPage:
    """What one page of a sweep did; ``is_last`` says that nothing is left."""

    raised: int
    is_last: bool


def sweep_page(session: Session, *, now: datetime, size: int = 5_000) -> SweepPage:
    """Raise up to ``size`` alerts that are due at ``now`` and not raised yet.

    The truth is a query over state, so a missed hour or night is caught up by the next sweep,
    with one alert on the highest rung reached. Done twice, it raises nothing new: alerts are
    unique per (dossier, due version, rung), and a higher rung silences the lower ones. What
    staff answered holds rungs back: docs/decisions/acknowledging.md.
    """
    reference = load_reference(session)
    raised = 0
    for look in _looks(reference, now=now):
        raised += look(session, now=now, limit=size - raised)
        if raised >= size:
            return SweepPage(raised, is_last=False)
    return SweepPage(raised, is_last=True)


def _looks(reference: Reference, *, now: datetime) -> Iterator[Callable[..., int]]:
    """Yield the queries of a sweep: the highest rung first, then who is late besides.

    Choice: the ladder counts the nation's working days for every unit; the due dates
    themselves are each unit's own. docs/decisions/whose-calendar.md.
    """
    for reached in reached_rungs(reference.ladder, reference.calendar, now=now):
        look = Look(reached.rung, quieted_by(reference.ladder, reached.rung))
        yield partial(raise_alerts, look=look, reached=reached)
        if reached.rung == first_late_rung(reference.ladder):
            yield partial(raise_late_hours, look=look)
            yield partial(raise_stopped_late, look=look)
