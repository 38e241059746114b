"""The rows of dossiers taken over, as COPY wants them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tthc.domain.dossier import STATE_FIELDS
from tthc.domain.taking_over import Told
from tthc.services.copying import DUE, EVENT, Row, due_row, event_row, state_row
from tthc.services.recording import UNBORN, Happening
from tthc.storage.bulk import copy_rows, reserve_ids

DOSSIER = (
    *("id", "code", "foreign_system", "foreign_code", "foreign_digest"),
    *("papers", "fees", "is_demo", "recorded_at"),
    *STATE_FIELDS,
)


@dataclass(frozen=True, slots=True)
class Taking:
    """A dossier about to be written: its code, where it comes from, and its life."""

    line: int
    key: str
    digest: str
    code: str
    life: Sequence[Told]


@dataclass(frozen=True, slots=True)
class Origin:
    """What all dossiers of a page have in common."""

    import_id: int
    system: str
    actor: str
    recorded_at: datetime


def write_takings(session: Session, takings: Sequence[Taking], origin: Origin) -> None:
    """Write dossiers with their events and due dates, in three statements."""
    if not takings:
        return
    numbered = list(zip(reserve_ids(session, "dossiers", len(takings)), takings, strict=True))
    copy_rows(session, "dossiers", DOSSIER, (_dossier(i, t, origin) for i, t in numbered))
    events = (row for i, taking in numbered for row in _events(i, taking, origin))
    copy_rows(session, "dossier_events", EVENT, events)
    copy_rows(session, "due_versions", DUE, (row for i, t in numbered for row in _dues(i, t)))


def _dossier(dossier_id: int, taking: Taking, origin: Origin) -> Row:
    own = (dossier_id, taking.code, origin.system, taking.key, taking.digest)
    kept = ("[]", "[]", False, origin.recorded_at)
    return (*own, *kept, *state_row(taking.life[-1].state))


def _events(dossier_id: int, taking: Taking, origin: Origin) -> Iterator[Row]:
    facts = {"source": origin.system, "import_id": origin.import_id, "line": taking.line}
    before = UNBORN
    for told in taking.life:
        happening = Happening(told.action, origin.actor, told.at, origin.recorded_at, facts)
        yield event_row(dossier_id, happening, before, told.state)
        before = told.state


def _dues(dossier_id: int, taking: Taking) -> Iterator[Row]:
    for told in taking.life:
        if told.due is not None:
            yield due_row(dossier_id, told.state, told.due, told.action)
