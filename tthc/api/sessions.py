"""Endpoints of signing in and out."""

from __future__ import annotations

from typing import Any

from flask import request

from tthc.api.blueprint import Answer, Blueprint, created
from tthc.api.context import Call, doors, now, transaction
from tthc.api.policy import Access
from tthc.api.schemas.sessions import CREDENTIALS, NEW_SESSION, SESSION
from tthc.services.accounts import DEMO_PASSWORD
from tthc.services.passwords import is_right_password
from tthc.services.sign_in import begin_sign_in, complete_sign_in, sign_out

LONGEST_ADDRESS = 64

bp = Blueprint(
    "sessions", __name__, url_prefix="/api/v1/sessions", description="Đăng nhập · signing in"
)


@bp.post("", allow=Access.PUBLIC)
@bp.response(201, NEW_SESSION)
@bp.arguments(CREDENTIALS)
def sign_in(credentials: dict[str, Any]) -> Answer:
    """Sign in and get a token for the next 12 hours.

    Send it as `Authorization: Bearer <token>`. Ten wrong passwords for one account from one
    address within 15 minutes are answered 429.
    """
    address = (request.remote_addr or "unknown")[:LONGEST_ADDRESS]
    key = doors().secret_key
    with transaction() as session:
        attempt = begin_sign_in(
            session, credentials["username"], address, secret_key=key, now=now()
        )
    is_right = _is_right(attempt.password_hash, credentials["password"])
    with transaction() as session:
        opened = complete_sign_in(session, attempt, is_right=is_right, now=now())
    return created(opened, "/api/v1/sessions/current")


@bp.get("/current", allow=Access.SIGNED_IN)
@bp.response(200, SESSION)
def show(call: Call) -> Answer:
    """Show who is signed in, with the roles held now."""
    return call.opened


@bp.delete("/current", allow=Access.SIGNED_IN)
@bp.response(204)
def end(call: Call) -> None:
    """Sign out: the token opens nothing any more."""
    sign_out(call.session, call.token, now=call.now)


def _is_right(password_hash: str | None, password: str) -> bool:
    is_right = is_right_password(password_hash, password, doors().hash_cost)
    is_published = doors().environment == "production" and password == DEMO_PASSWORD
    return is_right and not is_published
