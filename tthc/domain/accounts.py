"""Who may do what: roles, what each permits, and the person who acts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tthc.domain.errors import ForbiddenError
from tthc.domain.lifecycle import Action
from tthc.domain.scope import Scope


class Role(StrEnum):
    """What somebody is in a unit. The last two are granted on the whole system too."""

    RECEPTION = "reception"
    OFFICER = "officer"
    MANAGER = "manager"
    CHAIR = "chair"
    PROVINCE_VIEWER = "province_viewer"
    ADMINISTRATOR = "administrator"
    INTEGRATOR = "integrator"


SYSTEM_ROLES = frozenset({Role.ADMINISTRATOR, Role.INTEGRATOR})
"""The roles that may be granted without a unit."""


class Permission(StrEnum):
    """One thing a route or an action may demand."""

    DOSSIER_READ = "dossier_read"
    DOSSIER_RECEIVE = "dossier_receive"
    DOSSIER_ACT = "dossier_act"
    DOSSIER_DESK = "dossier_desk"
    DOSSIER_RESOLVE = "dossier_resolve"
    DOSSIER_SUPERVISE = "dossier_supervise"
    METRICS_READ = "metrics_read"
    PERIOD_CLOSE = "period_close"
    FIGURES_REPORT = "figures_report"
    ALERTS_READ = "alerts_read"
    ALERTS_ACT = "alerts_act"
    REFERENCE_READ = "reference_read"
    REFERENCE_WRITE = "reference_write"
    IMPORT_WRITE = "import_write"
    EVENTS_EXPORT = "events_export"
    WEBHOOK_READ = "webhook_read"
    WEBHOOK_WRITE = "webhook_write"
    WEBHOOK_MESSAGES = "webhook_messages"
    USER_ADMIN = "user_admin"


_P = Permission
_READER = frozenset({_P.DOSSIER_READ, _P.REFERENCE_READ})
_ALERTED = _READER | {_P.ALERTS_READ, _P.ALERTS_ACT}
_DESK = _ALERTED | {_P.DOSSIER_RECEIVE, _P.DOSSIER_ACT, _P.DOSSIER_DESK}
_OFFICER = _ALERTED | {_P.DOSSIER_ACT, _P.DOSSIER_RESOLVE}
_REPORTER = frozenset({_P.METRICS_READ, _P.PERIOD_CLOSE, _P.FIGURES_REPORT})

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.RECEPTION: _DESK,
    Role.OFFICER: _OFFICER,
    Role.MANAGER: _DESK | _OFFICER | _REPORTER | {_P.DOSSIER_SUPERVISE},
    Role.CHAIR: _ALERTED | _REPORTER,
    Role.PROVINCE_VIEWER: _READER | {_P.METRICS_READ, _P.ALERTS_READ},
    Role.ADMINISTRATOR: frozenset(
        {_P.USER_ADMIN, _P.REFERENCE_READ, _P.REFERENCE_WRITE, _P.WEBHOOK_READ, _P.WEBHOOK_WRITE}
    ),
    Role.INTEGRATOR: _READER
    | {_P.IMPORT_WRITE, _P.EVENTS_EXPORT, _P.METRICS_READ}
    | {_P.WEBHOOK_READ, _P.WEBHOOK_MESSAGES},
}
"""The whole policy. An administrator sees no dossier, and so no message about one."""

ACTION_PERMISSIONS: dict[Action, Permission] = {
    Action.REGISTER: _P.DOSSIER_RECEIVE,
    Action.RECEIVE: _P.DOSSIER_RECEIVE,
    Action.TAKE_OVER: _P.IMPORT_WRITE,
    Action.ACCEPT: _P.DOSSIER_DESK,
    Action.REFUSE: _P.DOSSIER_DESK,
    Action.HAND_OVER: _P.DOSSIER_DESK,
    Action.REQUEST_SUPPLEMENT: _P.DOSSIER_ACT,
    Action.TAKE_SUPPLEMENT: _P.DOSSIER_DESK,
    Action.CONFIRM_PAYMENT: _P.DOSSIER_DESK,
    Action.WITHDRAW: _P.DOSSIER_DESK,
    Action.RETURN: _P.DOSSIER_DESK,
    Action.ASSIGN: _P.DOSSIER_RESOLVE,
    Action.REQUEST_PAYMENT: _P.DOSSIER_RESOLVE,
    Action.PASS_ON: _P.DOSSIER_RESOLVE,
    Action.FINISH: _P.DOSSIER_RESOLVE,
    Action.EXTEND: _P.DOSSIER_SUPERVISE,
    Action.APOLOGISE: _P.DOSSIER_SUPERVISE,
    Action.STOP: _P.DOSSIER_SUPERVISE,
    Action.PAUSE: _P.DOSSIER_SUPERVISE,
    Action.RESUME: _P.DOSSIER_RESOLVE,
    Action.RECALCULATE: _P.REFERENCE_WRITE,
    Action.SET_CONTACT: _P.DOSSIER_DESK,
}
"""What each action of a dossier demands beyond ``dossier_act``, which opens the route."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role on a unit. ``units`` are the unit and, for a province, all below it."""

    role: Role
    unit_code: str | None
    units: frozenset[str] = frozenset()

    @property
    def scope(self) -> Scope:
        """What the grant covers; without a unit, everything."""
        return Scope(everything=self.unit_code is None, units=self.units)


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody acting by one permission: ``scope`` counts only the roles that give it."""

    user_id: int
    username: str
    roles: frozenset[Role]
    scope: Scope


@dataclass(frozen=True, slots=True)
class Account:
    """A person who is signed in, with every role they hold now."""

    user_id: int
    username: str
    display_name: str
    grants: tuple[Grant, ...] = ()

    def acting(self, permission: Permission) -> Actor:
        """Return the person as they may act by ``permission``.

        Being a viewer of a province widens no desk's scope: only grants whose role gives the
        permission count.

        Raises:
            ForbiddenError: none of the roles gives it.
        """
        giving = [g for g in self.grants if permission in PERMISSIONS[g.role]]
        if not giving:
            raise ForbiddenError(
                "Tài khoản không có quyền thực hiện việc này.",
                f"none of the account's roles permits {permission.value}",
                permission=permission.value,
            )
        roles = frozenset(grant.role for grant in giving)
        return Actor(self.user_id, self.username, roles, _joined(g.scope for g in giving))

    def to_act(self, action: Action) -> Actor:
        """Return the person as they may take ``action`` on dossiers, or raise ForbiddenError."""
        return self.acting(ACTION_PERMISSIONS[action])


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session in force and the account it stands for."""

    expires_at: datetime
    account: Account


def _joined(scopes: Iterable[Scope]) -> Scope:
    parts = tuple(scopes)
    units = frozenset[str]().union(*(scope.units for scope in parts))
    if any(scope.everything for scope in parts):
        return Scope(everything=True)
    return Scope(units=units)
