"""The sweep: find who waits longer than a rung of the ladder allows; alert once each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tthc.domain.answering import quieted_by
from tthc.domain.ladder import ON_LADDER, AlertKind, Reached, first_late_rung, reached_rungs
from tthc.services.reference import Reference, load_reference
from tthc.storage.queries.sweeping import (
    BY_KIND,
    LATE_HOURS,
    STOPPED_LATE,
    Look,
    Page,
    Place,
    Units,
    ask_by_index,
    raise_alerts,
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
    unique per (dossier, due version, rung, occasion), and a higher rung silences the lower ones
    of its kind. What staff answered holds rungs back: docs/decisions/acknowledging.md.

    A sweep goes on with the ``resume`` of its last page, under the same ``now``.
    """
    looks = list(_looks(load_reference(session), now=now))
    ask_by_index(session)
    raised, left, after = 0, size, resume.after
    for number in range(resume.look, len(looks)):
        looked = raise_alerts(session, looks[number], Page(after, left), now=now)
        raised, left, after = raised + looked.raised, left - looked.looked_at, None
        if left == 0:
            return SweepPage(raised, Resume(number, looked.reached))
    return SweepPage(raised, None)


def _looks(reference: Reference, *, now: datetime) -> Iterator[Look]:
    """Yield the queries of a sweep, by kind and the highest rung first.

    Units whose ladder or calendar puts them on the same rungs are looked at together.
    """
    apart = reference.units_apart()
    for kind in ON_LADDER:
        common = _standing(reference, None, kind, now=now)
        others: dict[tuple[Reached, ...], set[str]] = {}
        for unit in apart:
            own = _standing(reference, unit, kind, now=now)
            if own != common:
                others.setdefault(own, set()).add(unit)
        left_out = frozenset[str]().union(*others.values())
        yield from _looks_at(kind, common, Units(left_out), now=now)
        for reached, units in others.items():
            yield from _looks_at(kind, reached, Units(units, are_left_out=False), now=now)


def _standing(
    reference: Reference, unit: str | None, kind: AlertKind, *, now: datetime
) -> tuple[Reached, ...]:
    rungs, calendar = reference.ladders.of(unit, kind), reference.calendar_of(unit)
    return tuple(reached_rungs(rungs, calendar, now=now))


def _looks_at(
    kind: AlertKind, standing: Sequence[Reached], units: Units, *, now: datetime
) -> Iterator[Look]:
    """Yield the looks at those who stand on rungs, and who is late besides."""
    rungs = [reached.rung for reached in standing]
    for reached in standing:
        rung = reached.rung
        quiet = quieted_by(rungs, rung)
        yield Look(BY_KIND[kind], rung, quiet, reached.since, reached.before, units)
        if kind is AlertKind.DUE and rung == first_late_rung(rungs):
            yield Look(LATE_HOURS, rung, quiet, None, now, units)
            yield Look(STOPPED_LATE, rung, quiet, None, None, units)
