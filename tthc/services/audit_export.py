"""The chains as lines that anybody can verify without the database, the product or its key."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from tthc.domain.audit import FORMAT, entry_parts, event_parts, moment
from tthc.domain.audit_entries import AuditAction
from tthc.services.audit import COMMAND_LINE, Entry, write_entry
from tthc.storage.queries import audit as queries


def stream_export(session: Session, veil_key: bytes, *, now: datetime) -> Iterator[dict[str, Any]]:
    """Yield a head, then every link by position with the record behind it; memory stays flat.

    Free texts are veiled, so that no citizen is named. A record that is gone is None. The export
    itself becomes an entry of the log.
    """
    write_entry(session, Entry(AuditAction.AUDIT_EXPORTED, COMMAND_LINE), now=now)
    yield {"format": FORMAT, "exported_at": moment(now)}
    for link, event, entry in queries.stream_links(session):
        record = event_parts(event, veil_key) if event else entry_parts(entry) if entry else None
        yield {
            "position": link.position,
            "chain": link.chain,
            "number": link.number,
            "algorithm": link.algorithm,
            "linked_at": moment(link.linked_at),
            "digest": link.digest.hex(),
            "hash": link.hash.hex(),
            "record": record,
        }
