"""Events, due dates, stages, states as COPY wants them: the same rows as ``recording`` writes."""

from __future__ import annotations

import json
from enum import IntEnum, StrEnum
from typing import Any

from tthc.domain.dossier import DossierState, changes_between, values_of
from tthc.domain.ledger import Due
from tthc.domain.lifecycle import Action
from tthc.domain.stages import StageRun
from tthc.services.recording import Happening, dump_ledger, stage_values

Row = tuple[Any, ...]

EVENT = (
    *("dossier_id", "version", "action", "happened_at", "recorded_at", "actor"),
    *("changes", "facts"),
)
DUE = ("dossier_id", "version", "due_at", "overdue_at", "set_at", "cause", "ledger")

STAGE = (
    *("dossier_id", "round", "number", "name", "unit_code", "agency", "officer", "started_at"),
    *("ended_at", "limit_unit", "limit_amount", "limit_counting", "is_confirmed"),
    *("is_inherited", "due_at", "overdue_at", "ledger"),
)

as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def state_row(state: DossierState) -> Row:
    """Return the columns of ``STATE_FIELDS``."""
    return tuple(map(plain, values_of(state)))


def event_row(dossier_id: int, told: Happening, before: DossierState, after: DossierState) -> Row:
    """Return the columns of ``EVENT``."""
    when = (told.happened_at, told.recorded_at, told.actor)
    changes = as_json(changes_between(before, after))
    return (dossier_id, after.version, told.action.value, *when, changes, as_json(told.facts))


def due_row(dossier_id: int, state: DossierState, due: Due, cause: Action) -> Row:
    """Return the columns of ``DUE``."""
    when = (due.due_at, due.overdue_at, state.due_set_at)
    return (dossier_id, state.due_version, *when, cause.value, as_json(dump_ledger(due.ledger)))


def stage_row(dossier_id: int, run: StageRun) -> Row:
    """Return the columns of ``STAGE``."""
    values = stage_values(run)
    own = (plain(values[name]) for name in STAGE[1:-1])
    return (dossier_id, *own, as_json(values["ledger"]))


def plain(value: Any) -> Any:
    """Return what COPY writes of a value: enums by value."""
    return value.value if isinstance(value, (IntEnum, StrEnum)) else value
