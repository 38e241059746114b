"""The trace a request leaves: an id in the answer, one line in the log, no personal data."""

from __future__ import annotations

import re
import uuid
from time import perf_counter
from typing import cast

import structlog
from flask import Flask, Response, request

_ID = "tthc.request_id"
_BEGAN = "tthc.began"
_USER = "tthc.user_id"
_WELL_FORMED = re.compile(r"[A-Za-z0-9-]{1,64}", re.ASCII)

log = structlog.get_logger("tthc.api")


def register_trace(app: Flask) -> None:
    """Give every request an id and every answer a log line."""
    app.before_request(_begin)
    app.after_request(_end)


def request_id() -> str:
    """Return the id of the present request: the caller's, when well formed, or a new one."""
    known = request.environ.get(_ID)
    if known is None:
        given = request.headers.get("X-Request-ID", "")
        known = given if _WELL_FORMED.fullmatch(given) else uuid.uuid4().hex
        request.environ[_ID] = known
    return cast(str, known)


def note_user(user_id: int) -> None:
    """Let the log line say who asked, by number."""
    request.environ[_USER] = user_id


def route_template() -> str:
    """Return the rule the request matched, never the path itself, which may name a dossier."""
    return request.url_rule.rule if request.url_rule is not None else "(none)"


def seconds_so_far() -> float:
    """Return how long the request has taken until now."""
    return perf_counter() - cast(float, request.environ.get(_BEGAN, perf_counter()))


def _begin() -> None:
    request.environ[_BEGAN] = perf_counter()


def _end(response: Response) -> Response:
    response.headers["X-Request-ID"] = request_id()
    log.info(
        "request",
        method=request.method,
        route=route_template(),
        status=response.status_code,
        ms=round(seconds_so_far() * 1000, 1),
        request_id=request_id(),
        user_id=request.environ.get(_USER),
    )
    return response
