"""Signing in from a request: two transactions with the slow password check between them."""

from __future__ import annotations

from flask import Request

from tthc.services.accounts import DEMO_PASSWORD
from tthc.services.passwords import is_right_password
from tthc.services.sign_in import NewSession, begin_sign_in, complete_sign_in
from tthc.serving.context import doors, now, transaction

LONGEST_ADDRESS = 64


def open_session(request: Request, username: str, password: str) -> NewSession:
    """Return a new session of whoever has this password; the published one opens no production.

    Raises:
        CredentialsWrongError, SignInThrottledError: as the service says.
    """
    address = (request.remote_addr or "unknown")[:LONGEST_ADDRESS]
    with transaction() as session:
        attempt = begin_sign_in(
            session, username, address, secret_key=doors().secret_key, now=now()
        )
    is_right = _is_right(attempt.password_hash, password)
    with transaction() as session:
        return complete_sign_in(session, attempt, is_right=is_right, now=now())


def _is_right(password_hash: str | None, password: str) -> bool:
    is_right = is_right_password(password_hash, password, doors().hash_cost)
    is_published = doors().environment == "production" and password == DEMO_PASSWORD
    return is_right and not is_published
