"""Errors as the API answers them."""

from __future__ import annotations

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from tthc.api.problem import respond
from tthc.serving.errors import TELLERS, tell


def register_errors(app: Flask) -> None:
    """Answer whatever is raised with its problem."""
    for kind in TELLERS:
        app.register_error_handler(kind, _answer)
    app.register_error_handler(HTTPException, _http_answer)


def _answer(error: Exception) -> Response:
    told = tell(error)
    return respond(told.problem, told.headers)


def _http_answer(error: HTTPException) -> Response:
    """Answer what the framework refused; a redirect is no problem."""
    given = error.get_response()
    if given.status_code < 400:  # noqa: PLR2004
        return Response(given.get_data(), given.status_code, list(given.headers))
    return _answer(error)
