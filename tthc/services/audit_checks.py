"""Verifying the audit chain: links, what they cover, anchors, and rows against their events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Row
from sqlalchemy.orm import Session

from tthc.domain.anchors import Anchor, odd_ones
from tthc.domain.audit import Link, entry_parts, event_parts
from tthc.domain.audit_walk import Flaw, Walk
from tthc.domain.dossier import STATE_FIELDS, DossierState, as_values, changes_between, rebuild
from tthc.services.audit_keys import is_signed
from tthc.storage.queries import audit as queries
from tthc.storage.queries.audit_rows import StoredState, stream_states

GRACE = timedelta(hours=1)
"""How much older than the newest link something without one may be: no transaction lasts longer."""

_AT_BIRTH = as_values(DossierState())


@dataclass(frozen=True, slots=True)
class Outside:
    """What is known from outside the database: anchors, and the keys they may be signed with.

    Without keys any signature will do that fits the key an anchor names.
    """

    anchors: tuple[Anchor, ...] = ()
    trusted: frozenset[bytes] = frozenset()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was looked at, and what does not hold, the first bad link first.

    ``flaws`` are the first of ``flaw_count``; ``waiting`` events and entries are not linked yet.
    """

    links: int
    chains: int
    anchors: int
    dossiers: int
    waiting: int
    flaw_count: int
    flaws: tuple[Flaw, ...]


@dataclass(slots=True)
class _Findings:
    """The first flaws, and how many there are."""

    most: int
    count: int = 0
    first: list[Flaw] = field(default_factory=list)

    def take(self, flaws: Iterable[Flaw]) -> None:
        for flaw in flaws:
            self.count += 1
            if len(self.first) < self.most:
                self.first.append(flaw)


def verify_audit(
    session: Session, veil_key: bytes, outside: Outside, *, most: int = 100
) -> Verdict:
    """Work everything out again from the rows; memory stays flat whatever their number.

    Besides the codes of ``Flaw``: ``event_unlinked`` and ``entry_unlinked`` (no link covers it
    though what came an hour later is covered), ``dossier_differs`` (a row is not what its events
    make it), ``anchor_unsigned``, ``anchor_odd`` (one before it was taken out).
    """
    found, walk = _Findings(most), Walk(outside.anchors)
    found.take(walk_links(session, walk, veil_key))
    waiting = _look_for_unlinked(session, walk.newest, found)
    found.take(_of_anchors(outside))
    dossiers = _compare_rows(session, found)
    return Verdict(
        links=walk.checked,
        chains=len(walk.heads),
        anchors=len(outside.anchors),
        dossiers=dossiers,
        waiting=waiting,
        flaw_count=found.count,
        flaws=tuple(found.first),
    )


def walk_links(session: Session, walk: Walk, veil_key: bytes) -> Iterator[Flaw]:
    """Take every link with what it covers through a walk, and yield what does not hold."""
    for row, event, entry in queries.stream_links(session):
        parts = event_parts(event, veil_key) if event else entry_parts(entry) if entry else None
        for flaw in walk.step(cast("Link", row), row.algorithm, parts):
            is_here = flaw.position == row.position and not flaw.subject
            yield replace(flaw, subject=_name(row, event, entry)) if is_here else flaw
    yield from walk.finish()


def _name(row: Row[Any], event: Row[Any] | None, entry: Row[Any] | None) -> str:
    """Return what staff may call that which a link covers."""
    if event is not None:
        return f"event {event.id}, {event.code} v{event.version}"
    if entry is not None:
        return f"entry {entry.id}, {entry.action} {entry.subject}"
    return f"event {row.event_id}" if row.event_id else f"entry {row.entry_id}"


def _look_for_unlinked(session: Session, newest: datetime | None, found: _Findings) -> int:
    """Take what should be linked and is not; return how much only waits for the next turn."""
    waiting = 0
    for name, subject, at in queries.stream_unlinked(session):
        if newest is None or at > newest - GRACE:
            waiting += 1
        else:
            found.take([Flaw(f"{name.split()[0]}_unlinked", subject=f"{name}, {subject}")])
    return waiting


def _of_anchors(outside: Outside) -> Iterator[Flaw]:
    for anchor in outside.anchors:
        is_ours = not outside.trusted or anchor.public_key in outside.trusted
        if not (is_ours and is_signed(anchor)):
            yield Flaw("anchor_unsigned", subject=f"anchor {anchor.number}")
    for anchor in odd_ones(outside.anchors):
        yield Flaw("anchor_odd", subject=f"anchor {anchor.number}")


def _compare_rows(session: Session, found: _Findings) -> int:
    count = 0
    for stored in stream_states(session):
        count += 1
        state = DossierState(**{name: getattr(stored.row, name) for name in STATE_FIELDS})
        if _AT_BIRTH | stored.folded != as_values(state):
            found.take(_differences(stored, state))
    return count


def _differences(stored: StoredState, state: DossierState) -> Iterator[Flaw]:
    told = rebuild([stored.folded])
    for name in changes_between(told, state):
        yield Flaw("dossier_differs", subject=f"{stored.code} {name}")
