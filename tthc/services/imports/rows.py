"""The rows of dossiers taken over, as COPY wants them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from operator import attrgetter
from typing import Any

from sqlalchemy.orm import Session

from tthc.domain.dossier import DossierState
from tthc.domain.taking_over import Told
from tthc.services.recording import STATE_FIELDS, UNBORN, dump_ledger
from tthc.storage.bulk import copy_rows, reserve_ids

Row = tuple[Any, ...]

DOSSIER = (
    *("id", "code", "foreign_system", "foreign_code", "foreign_digest"),
    *("papers", "fees", "is_demo", "recorded_at"),
    *STATE_FIELDS,
)
EVENT = (
    *("dossier_id", "version", "action", "happened_at", "recorded_at", "actor"),
    *("changes", "facts"),
)
DUE = ("dossier_id", "version", "due_at", "overdue_at", "set_at", "cause", "ledger")

_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_values: Callable[[DossierState], Row] = attrgetter(*STATE_FIELDS)


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
    return (*own, *kept, *map(_plain, _values(taking.life[-1].state)))


def _events(dossier_id: int, taking: Taking, origin: Origin) -> Iterator[Row]:
    facts = _json({"source": origin.system, "import_id": origin.import_id, "line": taking.line})
    before = UNBORN
    for told in taking.life:
        when = (told.at, origin.recorded_at, origin.actor)
        changes = _json(_changes(before, told.state))
        yield (dossier_id, told.state.version, told.action.value, *when, changes, facts)
        before = told.state


def _changes(before: DossierState, after: DossierState) -> dict[str, Any]:
    """As ``changes_between``, without its deep copies, which would cost most of the import."""
    triples = zip(STATE_FIELDS, _values(before), _values(after), strict=True)
    return {name: _changed(new) for name, old, new in triples if new != old}


def _changed(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else _plain(value)


def _dues(dossier_id: int, taking: Taking) -> Iterator[Row]:
    for told in taking.life:
        due, state = told.due, told.state
        if due is not None:
            when = (due.due_at, due.overdue_at, state.due_set_at)
            ledger = _json(dump_ledger(due.ledger))
            yield (dossier_id, state.due_version, *when, told.action.value, ledger)


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, (IntEnum, StrEnum)) else value
