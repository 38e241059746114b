"""Which actions a dossier page offers, and the form of each, made from its API body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import fields

from tthc.domain.accounts import ACTION_PERMISSIONS, PERMISSIONS, Account, Permission
from tthc.domain.lifecycle import Action, actions_from
from tthc.services.dossiers import DossierSheet
from tthc.serving.schemas.actions import BODIES
from tthc.serving.schemas.fields import Boolean, Choice, Day, String
from tthc.serving.schemas.nesting import ListOf
from tthc.web.forms import lines_of
from tthc.web.presenting import urgency_of
from tthc.web.rendering import choices

NOT_ASKED = frozenset({"happened_at"})
"""Claimed times are for other systems; what the desk does happens now."""
UNITS = frozenset({"responsible_unit"})


@dataclass(frozen=True, slots=True)
class Asked:
    """One field of an action's form; ``options`` are those of a select."""

    name: str
    kind: str
    is_required: bool
    most: int = 0
    options: tuple[tuple[str, str], ...] = ()


def possible_actions(sheet: DossierSheet, account: Account, *, now: datetime) -> list[Action]:
    """Return what ``account`` may do to the dossier as it stands at ``now``."""
    return [
        action
        for action in actions_from(sheet.dossier.status)
        if action in BODIES
        and _has_sense(sheet, action, now)
        and _is_permitted(sheet, action, account)
    ]


def _has_sense(sheet: DossierSheet, action: Action, now: datetime) -> bool:
    dossier = sheet.dossier
    needs = {
        Action.PAUSE: dossier.paused_for is None,
        Action.RESUME: dossier.paused_for is not None,
        Action.EXTEND: dossier.extension_count == 0 and dossier.due_at is not None,
        Action.APOLOGISE: urgency_of(dossier, now=now) == "late",
        Action.PASS_ON: dossier.current_stage is not None,
    }
    return needs.get(action, True)


def may_issue(sheet: DossierSheet, account: Account) -> bool:
    """Say whether ``account`` may issue printed forms of the dossier."""
    return _holds(sheet, Permission.DOSSIER_ACT, account)


def _is_permitted(sheet: DossierSheet, action: Action, account: Account) -> bool:
    return _holds(sheet, ACTION_PERMISSIONS[action], account)


def _holds(sheet: DossierSheet, permission: Permission, account: Account) -> bool:
    units = (sheet.dossier.receiving_unit, sheet.dossier.resolving_unit)
    return any(
        permission in PERMISSIONS[grant.role] and grant.scope.covers(*units)
        for grant in account.grants
    )


def fields_of(action: Action) -> list[Asked]:
    """Return what the form of ``action`` asks for, in the order of its body."""
    named = BODIES[action].load_fields.items()
    return [_asked(name, field) for name, field in named if name not in NOT_ASKED]


def _asked(name: str, field: fields.Field[Any]) -> Asked:
    must = field.required
    if name in UNITS:
        return Asked(name, "unit", must)
    if isinstance(field, Choice):
        return Asked(name, "select", must, options=tuple(choices(field.enum, name)))
    if isinstance(field, String):
        return Asked(name, "area" if field.lines else "text", must, field.most)
    kinds: tuple[tuple[type, str], ...] = ((Day, "date"), (Boolean, "tick"), (ListOf, "lines"))
    return Asked(name, next(kind for known, kind in kinds if isinstance(field, known)), must)


def body_of(action: Action, given: Mapping[str, str]) -> dict[str, Any]:
    """Return a form as the body of the action's endpoint."""
    schema = BODIES[action].load_fields
    body: dict[str, Any] = {}
    for asked in fields_of(action):
        text = given.get(asked.name)
        if text is None:
            continue
        field = schema[asked.name]
        if asked.kind == "lines":
            body[asked.name] = lines_of(text)
        elif asked.kind == "tick":
            body[asked.name] = text == "true"
        elif isinstance(field, Choice) and field.kind is int:
            body[asked.name] = int(text) if text.isascii() and text.isdecimal() else text
        else:
            body[asked.name] = text
    return body
