"""Every dossier's row beside what its events say, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from tthc.domain.dossier import STATE_FIELDS
from tthc.storage.tables.dossiers import Dossier, DossierEvent

PAGE = 1_000

_STATES = select(Dossier.id, Dossier.code, *(getattr(Dossier, name) for name in STATE_FIELDS))
_CHANGES = select(DossierEvent.dossier_id, DossierEvent.changes).order_by(
    DossierEvent.dossier_id, DossierEvent.version
)


@dataclass(frozen=True, slots=True)
class StoredState:
    """A dossier's row, and the changes of its events laid over one another, oldest first."""

    code: str
    row: Row[Any]
    folded: dict[str, Any]


def stream_states(session: Session) -> Iterator[StoredState]:
    """Yield every dossier by id, in flat memory."""
    after = 0
    page_of = _STATES.order_by(Dossier.id).limit(PAGE)
    while page := session.execute(page_of.where(Dossier.id > after)).all():
        after = page[-1].id
        folded: dict[int, dict[str, Any]] = {row.id: {} for row in page}
        changes = _CHANGES.where(DossierEvent.dossier_id.between(page[0].id, after))
        for dossier_id, changed in session.execute(changes):
            folded.get(dossier_id, {}).update(changed)
        for row in page:
            yield StoredState(row.code, row, folded[row.id])
