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
    Looked,
    Page,
    Place,
    raise_alerts,
    raise_late_hours,
    raise_stopped_late,
)


@dataclass(frozen=True, slots=True)
class Resume:
    """Where a sweep goes on: the number of its look, and the place there."""

    look: int = 0
    after: Place | None = None


@dataclass(frozen=True, slots=True)
class SweepPage:
    """What one page of a sweep did; ``resume`` is None when nothing is left."""

    raised: int
    resume: Resume | None


def sweep_page(
    session: Session, resume: Resume = Resume(), *, now: datetime, size: int = 5_000
) -> SweepPage:
    """Look at up to ``size`` dossiers and raise what is due at ``now`` and not raised yet.

    The truth is a query over state, so a missed hour or night is caught up by the next sweep,
    with one alert on the highest rung reached. Done twice, it raises nothing new: alerts are
    unique per (dossier, due version, rung), and a higher rung silences the lower ones. What
    staff answered holds rungs back: docs/decisions/acknowledging.md.

    A sweep goes on with the ``resume`` of its last page, under the same ``now``.
    """
    looks = list(_looks(load_reference(session), now=now))
    raised, left, after = 0, size, resume.after
    for number in range(resume.look, len(looks)):
        looked = looks[number](session, page=Page(after, left), now=now)
        raised, left, after = raised + looked.raised, left - looked.looked_at, None
        if left == 0:
            return SweepPage(raised, Resume(number, looked.reached))
    return SweepPage(raised, None)


def _looks(reference: Reference, *, now: datetime) -> Iterator[Callable[..., Looked]]:
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
