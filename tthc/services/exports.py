"""The event log as a stream, for whoever wants to count again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from tthc.storage.queries.dossiers import stream_all_events

FREE_TEXT = frozenset({"reason", "papers"})


def stream_events(session: Session, *, after: int = 0) -> Iterator[dict[str, Any]]:
    """Yield every event with an id above ``after``, oldest first, with flat memory.

    The events of one dossier come in order of their version; folding their ``changes`` gives
    its row. What staff wrote freely is left out, for it may name a person.
    """
    for row in stream_all_events(session, after=after):
        told = dict(row._mapping)
        facts = {name: fact for name, fact in told["facts"].items() if name not in FREE_TEXT}
        yield told | {"facts": facts}
