"""Reads and writes of the audit chain."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Row,
    String,
    any_,
    bindparam,
    exists,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.orm import Session

from tthc.domain.anchors import Anchor
from tthc.domain.audit import ALGORITHM, Link
from tthc.storage.bulk import copy_rows
from tthc.storage.tables.audit import AuditAnchor, AuditEntry, AuditLink
from tthc.storage.tables.dossiers import Dossier, DossierEvent
from tthc.storage.tables.reference import Unit

LINKING_LOCK = 7_448_302
"""Key of the advisory lock under which links and anchors are made."""

LINK = (
    *("position", "chain", "number", "algorithm", "event_id", "entry_id", "digest", "hash"),
    "linked_at",
)
ANCHOR = (
    *("number", "made_at", "position", "chains", "root", "previous", "public_key", "signature"),
)
PAGE = 2_000

_EVENT = (
    *(DossierEvent.id, DossierEvent.dossier_id, Dossier.code, DossierEvent.version),
    *(DossierEvent.action, DossierEvent.happened_at, DossierEvent.recorded_at),
    *(DossierEvent.actor, DossierEvent.changes, DossierEvent.facts),
)
_ENTRY = (
    *(AuditEntry.id, AuditEntry.unit_code, AuditEntry.action, AuditEntry.actor),
    *(AuditEntry.subject, AuditEntry.at, AuditEntry.facts),
)
_CHAIN = func.coalesce(Dossier.receiving_unit, Dossier.resolving_unit, "").label("chain")


def try_lock_linking(session: Session) -> bool:
    """Take the right to link until the transaction ends; False when somebody else has it."""
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(LINKING_LOCK))))


def lock_linking(session: Session) -> None:
    """Wait for the right to link and take it until the transaction ends."""
    session.execute(select(func.pg_advisory_xact_lock(LINKING_LOCK)))


def find_newest(session: Session) -> tuple[int, int, int]:
    """Return the newest position, and the highest ids of an event and an entry linked; 0 for none.

    Three probes of an index.
    """
    columns = (AuditLink.position, AuditLink.event_id, AuditLink.entry_id)
    asked = (select(func.coalesce(func.max(c), 0)).scalar_subquery() for c in columns)
    position, event_id, entry_id = session.execute(select(*asked)).one()
    return position, event_id, entry_id


def find_highest_ids(session: Session) -> tuple[int, int]:
    """Return the highest ids of an event and an entry there are, linked or not; 0 for none."""
    asked = (select(func.coalesce(func.max(t.id), 0)).scalar_subquery() for t in _SOURCES)
    event_id, entry_id = session.execute(select(*asked)).one()
    return event_id, entry_id


_SOURCES = (DossierEvent, AuditEntry)


def list_unlinked_events(
    session: Session, *, after: int, until: int, limit: int
) -> Sequence[Row[Any]]:
    """Return up to ``limit`` events with an id in ``(after, until]`` that no link covers, by id."""
    covered = exists().where(AuditLink.event_id == DossierEvent.id)
    query = select(*_EVENT, _CHAIN).join(Dossier, Dossier.id == DossierEvent.dossier_id)
    return session.execute(
        query.where(DossierEvent.id > after, DossierEvent.id <= until, ~covered)
        .order_by(DossierEvent.id)
        .limit(limit)
    ).all()


def list_unlinked_entries(
    session: Session, *, after: int, until: int, limit: int
) -> Sequence[Row[Any]]:
    """Return up to ``limit`` entries with an id in ``(after, until]`` that no link covers."""
    covered = exists().where(AuditLink.entry_id == AuditEntry.id)
    query = select(*_ENTRY, func.coalesce(AuditEntry.unit_code, "").label("chain"))
    return session.execute(
        query.where(AuditEntry.id > after, AuditEntry.id <= until, ~covered)
        .order_by(AuditEntry.id)
        .limit(limit)
    ).all()


def map_heads(
    session: Session, chains: Collection[str] | None = None
) -> dict[str, tuple[int, bytes]]:
    """Return number and hash of the newest link of these chains, of all for None.

    One probe of an index for each chain.
    """
    name = _every_chain() if chains is None else _named_chains(chains)
    newest = (
        select(AuditLink.number, AuditLink.hash)
        .where(AuditLink.chain == name)
        .order_by(AuditLink.number.desc())
        .limit(1)
        .lateral()
    )
    query = select(name, newest.c.number, newest.c.hash).join_from(name.table, newest, true())
    return {chain: (number, head) for chain, number, head in session.execute(query)}


def _every_chain() -> ColumnElement[str]:
    units = select(Unit.code.label("chain")).union_all(select(literal("")))
    return units.subquery("chains").c.chain


def _named_chains(chains: Collection[str]) -> ColumnElement[str]:
    names = literal(sorted(chains), ARRAY(String))
    return func.unnest(names).table_valued("chain").render_derived(name="chains").c.chain


def add_links(session: Session, links: Sequence[tuple[Link, int | None, int | None]]) -> None:
    """Append links, each with the id of the event or of the entry that it covers."""
    rows = (
        (n.position, n.chain, n.number, ALGORITHM, event, entry, n.digest, n.hash, n.linked_at)
        for n, event, entry in links
    )
    copy_rows(session, "audit_links", LINK, rows)


def add_anchor(session: Session, anchor: Anchor) -> None:
    """Keep an anchor."""
    session.add(AuditAnchor(**{name: getattr(anchor, name) for name in ANCHOR}))
    session.flush()


def find_last_anchor(session: Session) -> Anchor | None:
    """Return the newest anchor, None before the first."""
    row = session.scalar(select(AuditAnchor).order_by(AuditAnchor.number.desc()).limit(1))
    return _anchor(row) if row else None


def list_anchors(session: Session) -> list[Anchor]:
    """Return every anchor the database knows of, oldest first."""
    return [_anchor(row) for row in session.scalars(_ANCHORS)]


_ANCHORS = select(AuditAnchor).order_by(AuditAnchor.number)


def _anchor(row: AuditAnchor) -> Anchor:
    return Anchor(**{name: getattr(row, name) for name in ANCHOR})


def stream_links(session: Session) -> Iterator[tuple[Row[Any], Row[Any] | None, Row[Any] | None]]:
    """Yield every link by position with the event or the entry it covers, None where it is gone.

    Memory stays flat: pages of some thousand rows, each by an index.
    """
    after, connection = 0, session.connection()
    while page := connection.execute(_LINKS, {"after": after}).all():
        events, entries = (
            {row.id: row for row in connection.execute(query, {"ids": [*filter(None, ids)]})}
            for query, ids in (
                (_EVENTS, (row.event_id for row in page)),
                (_ENTRIES, (row.entry_id for row in page)),
            )
        )
        for row in page:
            yield row, events.get(row.event_id), entries.get(row.entry_id)
        after = page[-1].position


_IDS = any_(bindparam("ids", type_=ARRAY(BigInteger)))
_EVENTS = (
    select(*_EVENT)
    .join(Dossier, Dossier.id == DossierEvent.dossier_id)
    .where(DossierEvent.id == _IDS)
)
_ENTRIES = select(*_ENTRY).where(AuditEntry.id == _IDS)
_LINKS = (
    select(*(getattr(AuditLink, name) for name in LINK))
    .where(AuditLink.position > bindparam("after"))
    .order_by(AuditLink.position)
    .limit(PAGE)
)


def stream_unlinked(session: Session) -> Iterator[tuple[str, str, datetime]]:
    """Yield what no link covers, by id: its kind and id, whose it is, when it was recorded."""
    event, entry = DossierEvent, AuditEntry
    events = (
        select(event.id, Dossier.code, event.recorded_at)
        .join(Dossier, Dossier.id == event.dossier_id)
        .where(~exists().where(AuditLink.event_id == event.id))
        .order_by(event.id)
    )
    entries = (
        select(entry.id, entry.subject, entry.at)
        .where(~exists().where(AuditLink.entry_id == entry.id))
        .order_by(entry.id)
    )
    for kind, query in (("event", events), ("entry", entries)):
        for number, name, at in session.execute(query.execution_options(yield_per=PAGE)):
            yield f"{kind} {number}", name, at
