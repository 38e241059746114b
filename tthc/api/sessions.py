"""Endpoints of signing in and out."""

from __future__ import annotations

from typing import Any

from flask import request

from tthc.api.blueprint import Answer, Blueprint, created
from tthc.api.schemas.sessions import NEW_SESSION, SESSION
from tthc.services.sign_in import sign_out
from tthc.serving.context import Call
from tthc.serving.policy import Access
from tthc.serving.schemas.credentials import CREDENTIALS
from tthc.serving.signing_in import open_session

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
    opened = open_session(request, credentials["username"], credentials["password"])
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
