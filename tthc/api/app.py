"""The application factory: where the rooms are wired to one another."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

import flask_smorest  # type: ignore[import-untyped]
from flask import Flask, Response
from flask_smorest.utils import prepare_response  # type: ignore[import-untyped]
from werkzeug.middleware.proxy_fix import ProxyFix

from tthc.api import (
    absences,
    alerts,
    calendar,
    closings,
    contact_points,
    docs,
    dossiers,
    evidence,
    forms,
    health,
    imports,
    metrics,
    quality,
    reference,
    reports,
    scores,
    sessions,
    webhooks,
)
from tthc.api.blueprint import Blueprint
from tthc.api.errors import register_errors
from tthc.api.problem import PROBLEM_TYPE
from tthc.api.prometheus import register_metrics
from tthc.api.schemas.problem import ProblemSchema
from tthc.serving.context import Doors
from tthc.serving.limits import JSON_LIMIT
from tthc.serving.trace import register_trace

BLUEPRINTS: tuple[Blueprint, ...] = (
    sessions.bp,
    dossiers.bp,
    forms.bp,
    alerts.bp,
    absences.bp,
    metrics.bp,
    scores.bp,
    evidence.bp,
    quality.bp,
    closings.bp,
    reports.bp,
    imports.bp,
    calendar.bp,
    webhooks.bp,
    contact_points.bp,
    reference.communes,
    reference.agencies,
    reference.procedures,
)
"""Every resource under ``/api/v1``; each of its routes is in ``/openapi.json``."""

PLAIN_BLUEPRINTS = (docs.bp, health.bp)

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Api(flask_smorest.Api):  # type: ignore[misc]
    """The description of the API, whose errors are problems."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Leave errors to ``tthc.serving.errors``."""

    def _register_pagination_header(self) -> None:
        """Leave pages to ``tthc.api.paging``, which has no header."""

    def _register_responses(self) -> None:
        for status in HTTPStatus:
            if status >= HTTPStatus.BAD_REQUEST:
                self._register_problem(status.name, status.phrase)
        self._register_problem("DEFAULT_ERROR", "Problem (RFC 9457)")

    def _register_problem(self, name: str, description: str) -> None:
        response = {"description": description, "schema": ProblemSchema()}
        prepare_response(response, self.spec, PROBLEM_TYPE)
        self.spec.components.response(name, response, lazy=True)


def create_app(doors: Doors, blueprints: Sequence[Blueprint] = BLUEPRINTS) -> Flask:
    """Build the Flask application on its doors; nothing is connected to yet."""
    app = Flask("tthc", static_folder=None)
    app.extensions["tthc"] = doors
    app.config |= {
        "API_TITLE": "TTHC",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
        "MAX_CONTENT_LENGTH": JSON_LIMIT,
        "MAX_FORM_PARTS": 20,
        "PROPAGATE_EXCEPTIONS": False,
    }
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.compact = True  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    if doors.proxy_hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=doors.proxy_hops)  # type: ignore[method-assign]
    app.after_request(_secure)
    register_metrics(app)
    register_trace(app)
    register_errors(app)
    _register_blueprints(app, blueprints)
    return app


def _register_blueprints(app: Flask, blueprints: Sequence[Blueprint]) -> None:
    api = Api(app)
    bearer = {"type": "http", "scheme": "bearer", "description": "POST /api/v1/sessions"}
    api.spec.components.security_scheme("bearer", bearer)
    for blueprint in blueprints:
        api.register_blueprint(blueprint)
    for plain in PLAIN_BLUEPRINTS:
        app.register_blueprint(plain)


def _secure(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    return response
