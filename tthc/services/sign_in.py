"""Signing in and out. Two short transactions with the slow password check between them.

An attempt counts as failed until it succeeds and is committed first, so a refusal cannot
roll it back and parallel guesses cannot outrun the count.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy.orm import Session

from tthc.domain.accounts import Account, OpenSession
from tthc.domain.audit_entries import AuditAction
from tthc.domain.errors import AuthenticationError, TooManyError
from tthc.services.audit import NOBODY, Entry, write_entry
from tthc.storage.queries import accounts as queries
from tthc.storage.queries.accounts import FailureTally
from tthc.storage.tables.accounts import LoginFailure, UserSession

SESSION_LASTS = timedelta(hours=12)
FAILURE_WINDOW = timedelta(minutes=15)
FAILURES_OF_ACCOUNT = 10
FAILURES_OF_ADDRESS = 100
TOKEN_BYTES = 32


class CredentialsWrongError(AuthenticationError):
    """User name and password do not belong together; which of them is wrong is not told."""

    code = "credentials_wrong"


class SessionOverError(AuthenticationError):
    """The token is unknown, expired or revoked, or its user was disabled."""

    code = "session_over"


class SignInThrottledError(TooManyError):
    """Too many failed attempts from this address."""

    code = "sign_in_throttled"


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt under way: already counted as failed, password not yet checked."""

    username: str
    account_digest: bytes
    address: str
    user_id: int | None
    password_hash: str | None


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session just opened. ``token`` is shown once and kept nowhere."""

    token: str
    expires_at: datetime
    account: Account


def begin_sign_in(
    session: Session, username: str, address: str, *, secret_key: str, now: datetime
) -> Attempt:
    """Count an attempt and return what its password is to be checked against.

    Limits hold per account and address, and per address: a stranger elsewhere cannot lock an
    account. Commit before checking the password.

    Raises:
        SignInThrottledError: the limit is reached; nothing is counted.
    """
    account = hmac.digest(secret_key.encode(), username.casefold().encode(), "sha256")
    queries.lock_address(session, address)
    tally = queries.tally_failures(session, account, address, since=now - FAILURE_WINDOW)
    _check_limits(tally, now=now)
    session.add(LoginFailure(account_digest=account, address=address, at=now))
    user = queries.find_user(session, username)
    tried = Entry(AuditAction.SIGN_IN_TRIED, user.username if user else NOBODY, address)
    write_entry(session, tried, now=now)
    if user is None or not user.is_active:
        return Attempt(username, account, address, None, None)
    return Attempt(username, account, address, user.id, user.password_hash)


def _check_limits(tally: FailureTally, *, now: datetime) -> None:
    limits = (
        (tally.of_account_here, FAILURES_OF_ACCOUNT, tally.oldest_of_account_here),
        (tally.of_address, FAILURES_OF_ADDRESS, tally.oldest_of_address),
    )
    for count, limit, oldest in limits:
        if count >= limit and oldest is not None:
            left = (oldest + FAILURE_WINDOW - now).total_seconds()
            raise SignInThrottledError(
                "Đăng nhập sai quá nhiều lần; hãy thử lại sau.",
                "too many failed attempts to sign in; try again later",
                retry_after=max(1, ceil(left)),
            )


def complete_sign_in(
    session: Session, attempt: Attempt, *, is_right: bool, now: datetime
) -> NewSession:
    """Open a session when the password was right, and forget the account's failures here.

    Raises:
        CredentialsWrongError: it was not, or there is no such active user.
    """
    if attempt.user_id is None or not is_right:
        raise CredentialsWrongError(
            "Tên đăng nhập hoặc mật khẩu không đúng.", "wrong user name or password"
        )
    token = secrets.token_urlsafe(TOKEN_BYTES)
    expires_at = now + SESSION_LASTS
    session.add(
        UserSession(
            user_id=attempt.user_id,
            token_digest=token_digest(token),
            created_at=now,
            expires_at=expires_at,
        )
    )
    queries.delete_failures(session, attempt.account_digest, attempt.address)
    session.flush()
    account = authenticate(session, token, now=now).account
    write_entry(session, Entry(AuditAction.SIGNED_IN, account.username, attempt.address), now=now)
    return NewSession(token, expires_at, account)


def authenticate(session: Session, token: str, *, now: datetime) -> OpenSession:
    """Return the session of a token with its user's roles as they are now: one statement.

    Raises:
        SessionOverError: the token opens nothing.
    """
    found = queries.find_open_session(session, token_digest(token), now=now)
    if found is None:
        raise SessionOverError(
            "Phiên đăng nhập không hợp lệ hoặc đã hết hạn.", "the session is unknown or over"
        )
    return found


def sign_out(session: Session, token: str, *, now: datetime) -> None:
    """End the session of a token; again is the same as once."""
    queries.revoke_session(session, token_digest(token), now=now)


def token_digest(token: str) -> bytes:
    """Return what is kept of a token. It has 256 random bits, so a plain hash suffices."""
    return hashlib.sha256(token.encode()).digest()


def purge_sign_ins(session: Session, *, now: datetime) -> int:
    """Forget attempts and sessions that no longer matter; return how many rows."""
    failures = queries.delete_failures_before(session, now - FAILURE_WINDOW)
    return failures + queries.delete_sessions_before(session, now - timedelta(days=30))
