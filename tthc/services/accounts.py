"""Use cases of the administrator: add people, give and take roles, disable accounts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tthc.domain.accounts import SYSTEM_ROLES, Account, Actor, Permission, Role
from tthc.domain.audit_entries import AuditAction
from tthc.domain.errors import ConflictError, NotFoundError, RuleError
from tthc.services.audit import COMMAND_LINE, Entry, write_entry
from tthc.services.passwords import HashCost, check_strength, hash_password
from tthc.storage.queries import accounts as queries
from tthc.storage.tables.accounts import RoleGrant, User

DEMO_PASSWORD = "trial-only-2026"  # noqa: S105 - published on purpose, for trials only
"""The password of every demonstration user. It opens nothing in production."""
DEMO_DOMAIN = "@demo.tthc.example"

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,78}[a-z0-9]", re.ASCII)


class UsernameTakenError(ConflictError):
    """There is a user of that name already."""

    code = "username_taken"


class UsernameMalformedError(RuleError):
    """A user name is 3 to 80 small ASCII letters, digits, dots, hyphens and underscores."""

    code = "username_malformed"


class GrantMisplacedError(RuleError):
    """The role needs a unit and got none, or the other way round."""

    code = "grant_misplaced"


@dataclass(frozen=True, slots=True)
class NewUser:
    """A user to add. The password is kept as a hash only."""

    username: str
    display_name: str
    password: str
    email: str | None = None


@dataclass(frozen=True, slots=True)
class GrantEntry:
    """One role on one unit; no unit means the whole system."""

    role: Role
    unit_code: str | None


@dataclass(frozen=True, slots=True)
class UserEntry:
    """A user as an administrator sees it."""

    username: str
    display_name: str
    email: str | None
    is_active: bool
    roles: tuple[GrantEntry, ...]


def add_user(session: Session, new: NewUser, *, cost: HashCost, now: datetime) -> None:
    """Add a user without any role.

    Raises:
        UsernameTakenError, UsernameMalformedError, PasswordWeakError: as they say.
    """
    if not _USERNAME.fullmatch(new.username):
        raise UsernameMalformedError(
            "Tên đăng nhập gồm 3–80 chữ thường không dấu, chữ số, dấu chấm, gạch.",
            "a user name has 3 to 80 small ASCII letters, digits, dots, hyphens, underscores",
            field="username",
        )
    check_strength(new.username, new.password)
    if queries.find_user(session, new.username) is not None:
        raise UsernameTakenError(
            "Tên đăng nhập đã có người dùng.", "the user name is taken", field="username"
        )
    user = User(
        username=new.username,
        display_name=new.display_name,
        email=new.email,
        password_hash=hash_password(new.password, cost),
        is_active=True,
        created_at=now,
    )
    session.add(user)
    session.flush()
    write_entry(session, _done(AuditAction.USER_ADDED, new.username), now=now)


def grant_role(
    session: Session, username: str, role: Role, unit_code: str | None = None, *, now: datetime
) -> None:
    """Give a user a role on a unit, effective with their next request; twice is as once.

    Raises:
        NotFoundError: no such user or unit.
        GrantMisplacedError: only administrator and integrator are held without a unit, and an
            administrator always is.
    """
    user = queries.get_user(session, username)
    _check_place(role, unit_code)
    if unit_code is not None and not queries.has_unit(session, unit_code):
        raise NotFoundError("Không có đơn vị này.", "there is no such unit", field="unit_code")
    if queries.find_grant(session, user.id, role, unit_code) is None:
        session.add(RoleGrant(user_id=user.id, role=role, unit_code=unit_code, granted_at=now))
        session.flush()
        granted = _done(AuditAction.ROLE_GRANTED, username, GrantEntry(role, unit_code))
        write_entry(session, granted, now=now)


def _check_place(role: Role, unit_code: str | None) -> None:
    is_misplaced = unit_code is None and role not in SYSTEM_ROLES
    if is_misplaced or (role is Role.ADMINISTRATOR and unit_code is not None):
        raise GrantMisplacedError(
            "Vai trò này phải gắn với một đơn vị."
            if is_misplaced
            else "Quản trị viên không gắn với đơn vị.",
            "this role needs a unit" if is_misplaced else "an administrator has no unit",
            field="unit_code",
        )


def revoke_role(
    session: Session, username: str, role: Role, unit_code: str | None = None, *, now: datetime
) -> None:
    """Take a role away, effective with the user's next request; NotFoundError if not held."""
    user = queries.get_user(session, username)
    held = queries.find_grant(session, user.id, role, unit_code)
    if held is None:
        raise NotFoundError(
            "Tài khoản không có vai trò này.", "the user does not hold that role", field="role"
        )
    session.delete(held)
    session.flush()
    revoked = _done(AuditAction.ROLE_REVOKED, username, GrantEntry(role, unit_code))
    write_entry(session, revoked, now=now)


def disable_user(session: Session, username: str, *, now: datetime) -> None:
    """Shut a user out at once: no sign-in, and open sessions open nothing any more."""
    queries.get_user(session, username).is_active = False
    session.flush()
    write_entry(session, _done(AuditAction.USER_DISABLED, username), now=now)


def enable_user(session: Session, username: str, *, now: datetime) -> None:
    """Let a disabled user sign in again; sessions of before stay ended."""
    user = queries.get_user(session, username)
    if not user.is_active:
        user.is_active = True
        queries.delete_sessions_of(session, user.id)
    session.flush()
    write_entry(session, _done(AuditAction.USER_ENABLED, username), now=now)


def set_password(
    session: Session, username: str, password: str, *, cost: HashCost, now: datetime
) -> None:
    """Give a user another password and end every open session.

    Raises:
        NotFoundError, PasswordWeakError: as they say.
    """
    user = queries.get_user(session, username)
    check_strength(username, password)
    user.password_hash = hash_password(password, cost)
    queries.delete_sessions_of(session, user.id)
    session.flush()
    write_entry(session, _done(AuditAction.PASSWORD_SET, username), now=now)


def _done(action: AuditAction, username: str, grant: GrantEntry | None = None) -> Entry:
    """Return the entry of what was done to an account; only the command line does such things."""
    unit_code = grant.unit_code if grant else None
    facts = {"role": str(grant.role)} if grant else {}
    return Entry(action, COMMAND_LINE, username, unit_code, facts)


def act_as(session: Session, username: str, permission: Permission) -> Actor:
    """Return who acts on the command line under their own name, by their present roles.

    Raises:
        NotFoundError, ForbiddenError: no such user in force; none of the roles permits it.
    """
    return queries.get_account(session, username).acting(permission)


def find_account(session: Session, username: str) -> Account:
    """Return somebody whose account is in force, or raise NotFoundError."""
    return queries.get_account(session, username)


def list_users(session: Session, *, email_suffix: str = "") -> list[UserEntry]:
    """Return the users whose e-mail ends with ``email_suffix``, by name, with their roles."""
    return [
        UserEntry(
            user.username,
            user.display_name,
            user.email,
            user.is_active,
            tuple(GrantEntry(grant.role, grant.unit_code) for grant in grants),
        )
        for user, grants in queries.list_users(session, email_suffix=email_suffix)
    ]
