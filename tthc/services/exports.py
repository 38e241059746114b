"""The event log as a stream, for whoever wants to count again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from tthc.domain.audit import FREE_TEXT
from tthc.storage.queries.dossiers import stream_all_events
from tthc.storage.queries.reference import list_service_levels

LEVEL = ("procedure_code", "level", "valid_from", "valid_to", "legal_basis", "source")


def stream_events(session: Session, *, after: int = 0) -> Iterator[dict[str, Any]]:
    """Yield every event with an id above ``after``, oldest first, with flat memory.

    The events of one dossier come in order of their version; folding their ``changes`` gives
    its row. What staff wrote freely is left out, for it may name a person.
    """
    for row in stream_all_events(session, after=after):
        told = dict(row._mapping)
        facts = {name: fact for name, fact in told["facts"].items() if name not in FREE_TEXT}
        yield told | {"facts": facts}


def list_levels(session: Session) -> list[dict[str, Any]]:
    """Return which procedures were offered full-online when, ``[valid_from, valid_to)``.

    The full-online figures need these days beside the events; all others need the events alone.
    """
    return [{name: getattr(row, name) for name in LEVEL} for row in list_service_levels(session)]
