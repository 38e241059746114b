"""Linking what was committed into the chains, page by page, by one linker at a time.

Nothing is asked of who writes: an event is unlinked as long as no link names it, in whatever order
transactions end. Choice: docs/decisions/audit-chain.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from tthc.domain.anchors import Anchor
from tthc.domain.audit import Link, digest_of, entry_parts, event_parts, hash_of, root_of
from tthc.services.audit_keys import AuditKeys, sign
from tthc.storage.queries import audit as queries

LOOK_BACK = 20_000
"""Ids below the newest linked one that each turn looks at again: a longer page ends later."""

LOOK_BACK_FAR = 2_000_000
"""The same once an hour, before an anchor: days of a whole country, and no transaction is open
for an hour."""

SPAN = 100_000
"""Ids looked at by one statement, which may take 5 s at most."""

PAGE = 5_000


Record = tuple[str, bytes, int | None, int | None]
"""Chain, digest, and the id of the event or the entry."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Ids of events and entries beyond which a pass goes on."""

    event_id: int = 0
    entry_id: int = 0


@dataclass(frozen=True, slots=True)
class LinkPage:
    """How many links a page made, and where to go on; None when nothing is left."""

    linked: int
    resume: Resume | None


def has_links(session: Session) -> bool:
    """Tell whether anything was linked yet."""
    return queries.find_newest(session)[0] > 0


def look_back(session: Session, ids: int) -> Resume:
    """Return where a pass begins that looks at the newest ``ids`` ids again."""
    _, event_id, entry_id = queries.find_newest(session)
    return Resume(max(event_id - ids, 0), max(entry_id - ids, 0))


def link_page(
    session: Session, resume: Resume, veil_key: bytes, *, now: datetime, size: int = PAGE
) -> LinkPage:
    """Link the next events and entries that no link covers.

    Does nothing while somebody else links. Broken off it leaves nothing half done.
    """
    if not queries.try_lock_linking(session):
        return LinkPage(0, None)
    highest = Resume(*queries.find_highest_ids(session))
    reach = Resume(
        min(resume.event_id + SPAN, highest.event_id), min(resume.entry_id + SPAN, highest.entry_id)
    )
    events = queries.list_unlinked_events(
        session, after=resume.event_id, until=reach.event_id, limit=size
    )
    entries = queries.list_unlinked_entries(
        session, after=resume.entry_id, until=reach.entry_id, limit=size
    )
    linked = _link(session, [*events], [*entries], veil_key, now=now)
    after = Resume(
        events[-1].id if len(events) == size else reach.event_id,
        entries[-1].id if len(entries) == size else reach.entry_id,
    )
    is_done = after.event_id >= highest.event_id and after.entry_id >= highest.entry_id
    return LinkPage(linked, None if is_done else after)


def _link(
    session: Session,
    events: list[Row[Any]],
    entries: list[Row[Any]],
    veil_key: bytes,
    *,
    now: datetime,
) -> int:
    records: list[Record] = [
        (e.chain, digest_of(event_parts(e, veil_key)), e.id, None) for e in events
    ]
    records += [(e.chain, digest_of(entry_parts(e)), None, e.id) for e in entries]
    if not records:
        return 0
    position, _, _ = queries.find_newest(session)
    heads = queries.map_heads(session, {chain for chain, *_ in records})
    queries.add_links(session, list(_links(records, position, heads, now=now)))
    return len(records)


def _links(
    records: list[Record],
    position: int,
    heads: Mapping[str, tuple[int, bytes]],
    *,
    now: datetime,
) -> Iterator[tuple[Link, int | None, int | None]]:
    newest = dict(heads)
    for place, (chain, digest, event_id, entry_id) in enumerate(records, position + 1):
        number, previous = newest.get(chain, (0, b""))
        bare = Link(place, chain, number + 1, digest, b"", now)
        link = Link(place, chain, number + 1, digest, hash_of(bare, previous), now)
        newest[chain] = (link.number, link.hash)
        yield link, event_id, entry_id


def make_anchor(session: Session, keys: AuditKeys, *, now: datetime) -> Anchor:
    """Sign what all chains are now, and keep the anchor. Links made meanwhile wait."""
    queries.lock_linking(session)
    last = queries.find_last_anchor(session)
    position, _, _ = queries.find_newest(session)
    heads = queries.map_heads(session)
    bare = Anchor(
        number=last.number + 1 if last else 1,
        made_at=now,
        position=position,
        chains=len(heads),
        root=root_of(heads),
        previous=last.digest() if last else b"",
        public_key=keys.public_key,
    )
    anchor = sign(bare, keys)
    queries.add_anchor(session, anchor)
    return anchor
