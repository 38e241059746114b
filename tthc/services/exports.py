"""The event log as a stream, for whoever wants to count again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from tthc.storage.queries.dossiers import stream_all_events


def stream_events(session: Session, *, after: int = 0) -> Iterator[dict[str, Any]]:
    """Yield every event with an id above ``after``, oldest first, with flat memory.

    The events of one dossier come in order of their version; folding their ``changes`` gives
    its row. They hold no personal data.
    """
    for row in stream_all_events(session, after=after):
        yield dict(row._mapping)
