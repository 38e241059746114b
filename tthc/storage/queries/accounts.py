"""Reads and writes of users, their roles and their sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from tthc.domain.accounts import Account, Grant, OpenSession, Role
from tthc.domain.errors import NotFoundError
from tthc.storage.tables.accounts import LoginFailure, RoleGrant, User, UserSession
from tthc.storage.tables.reference import Unit

_UNITS_BELOW = (
    select(func.array_agg(Unit.code))
    .where(Unit.parent_code == RoleGrant.unit_code)
    .correlate(RoleGrant)
    .scalar_subquery()
)

_OPEN_SESSION = (
    select(
        UserSession.expires_at,
        User.id,
        User.username,
        User.display_name,
        RoleGrant.role,
        RoleGrant.unit_code,
        _UNITS_BELOW,
    )
    .join(User, User.id == UserSession.user_id)
    .outerjoin(RoleGrant, RoleGrant.user_id == User.id)
    .where(
        UserSession.token_digest == bindparam("token_digest"),
        UserSession.revoked_at.is_(None),
        UserSession.expires_at > bindparam("now"),
        User.is_active,
    )
    .order_by(RoleGrant.id)
)
"""Built once: every request asks it, and building it costs as much as asking it."""


def find_open_session(
    session: Session, token_digest: bytes, *, now: datetime
) -> OpenSession | None:
    """Return the session of a token with its user's present roles, in one statement.

    None when it is unknown, over or revoked, or when its user was disabled.
    """
    rows = session.execute(_OPEN_SESSION, {"token_digest": token_digest, "now": now}).all()
    if not rows:
        return None
    expires_at, user_id, username, display_name = rows[0][:4]
    grants = tuple(_grant(*row[4:]) for row in rows if row[4] is not None)
    return OpenSession(expires_at, Account(user_id, username, display_name, grants))


def get_account(session: Session, username: str) -> Account:
    """Return somebody whose account is in force with their roles, or raise NotFoundError."""
    query = (
        select(User.id, User.display_name, RoleGrant.role, RoleGrant.unit_code, _UNITS_BELOW)
        .outerjoin(RoleGrant, RoleGrant.user_id == User.id)
        .where(User.username == username, User.is_active)
        .order_by(RoleGrant.id)
    )
    rows = session.execute(query).all()
    if not rows:
        raise NotFoundError("Không có tài khoản này.", "there is no such user")
    grants = tuple(_grant(*row[2:]) for row in rows if row[2] is not None)
    return Account(rows[0][0], username, rows[0][1], grants)


def _grant(role: Role, unit_code: str | None, below: Sequence[str] | None) -> Grant:
    own = () if unit_code is None else (unit_code,)
    return Grant(role, unit_code, frozenset((*own, *(below or ()))))


def get_user(session: Session, username: str) -> User:
    """Return a user, or raise NotFoundError."""
    found = find_user(session, username)
    if found is None:
        raise NotFoundError("Không có tài khoản này.", "there is no such user")
    return found


def find_user(session: Session, username: str) -> User | None:
    """Return a user, disabled or not."""
    return session.scalar(select(User).where(User.username == username))


def lock_user(session: Session, user_id: int) -> None:
    """Make what is recorded of a user wait for one another till the transaction ends."""
    session.execute(select(User.id).where(User.id == user_id).with_for_update())


def list_users(
    session: Session, *, email_suffix: str = ""
) -> list[tuple[User, Sequence[RoleGrant]]]:
    """Return every user whose e-mail ends so, by name, with the roles they hold."""
    query = select(User).order_by(User.username)
    if email_suffix:
        query = query.where(User.email.endswith(email_suffix, autoescape=True))
    users = session.scalars(query).all()
    grants = select(RoleGrant).order_by(RoleGrant.id)
    by_user: dict[int, list[RoleGrant]] = {user.id: [] for user in users}
    for grant in session.scalars(grants.where(RoleGrant.user_id.in_(by_user))):
        by_user[grant.user_id].append(grant)
    return [(user, by_user[user.id]) for user in users]


def has_unit(session: Session, code: str) -> bool:
    """Whether there is a unit with this code."""
    return session.get(Unit, code) is not None


def find_grant(
    session: Session, user_id: int, role: Role, unit_code: str | None
) -> RoleGrant | None:
    """Return one role of a user on a unit."""
    return session.scalar(
        select(RoleGrant).where(
            RoleGrant.user_id == user_id,
            RoleGrant.role == role,
            RoleGrant.unit_code.is_not_distinct_from(unit_code),
        )
    )


def revoke_session(session: Session, token_digest: bytes, *, now: datetime) -> None:
    """End the session of a token; again is the same as once."""
    session.execute(
        update(UserSession)
        .where(UserSession.token_digest == token_digest, UserSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def delete_sessions_of(session: Session, user_id: int) -> None:
    """Forget every session of a user."""
    session.execute(delete(UserSession).where(UserSession.user_id == user_id))


def delete_sessions_before(session: Session, moment: datetime) -> int:
    """Forget sessions that expired before ``moment``; return how many."""
    done = delete(UserSession).where(UserSession.expires_at < moment).returning(UserSession.id)
    return len(session.execute(done).all())


@dataclass(frozen=True, slots=True)
class FailureTally:
    """Failed attempts to sign in since some moment, and when the oldest of them was."""

    of_address: int
    oldest_of_address: datetime | None
    of_account_here: int
    oldest_of_account_here: datetime | None


def lock_address(session: Session, address: str) -> None:
    """Make attempts to sign in from one address wait for one another till the transaction ends."""
    key = func.hashtextextended(f"sign_in {address}", 0)
    session.execute(select(func.pg_advisory_xact_lock(key)))


def tally_failures(
    session: Session, account_digest: bytes, address: str, *, since: datetime
) -> FailureTally:
    """Count failed attempts from ``address`` since a moment, and those on one account."""
    mine = LoginFailure.account_digest == account_digest
    query = select(
        func.count(),
        func.min(LoginFailure.at),
        func.count().filter(mine),
        func.min(LoginFailure.at).filter(mine),
    ).where(LoginFailure.address == address, LoginFailure.at > since)
    return FailureTally(*session.execute(query).one())


def delete_failures(session: Session, account_digest: bytes, address: str) -> None:
    """Forget the failed attempts on one account from one address."""
    session.execute(
        delete(LoginFailure).where(
            LoginFailure.account_digest == account_digest, LoginFailure.address == address
        )
    )


def delete_failures_before(session: Session, moment: datetime) -> int:
    """Forget failed attempts before ``moment``; return how many."""
    done = delete(LoginFailure).where(LoginFailure.at < moment).returning(LoginFailure.id)
    return len(session.execute(done).all())
