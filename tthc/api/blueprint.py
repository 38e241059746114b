"""The blueprint of every resource: a route cannot be made without saying who may use it.

What a request goes through, in this order: size, token, one transaction, the caller's roles,
the policy, If-Match, Idempotency-Key, arguments, the view, the answer's schema, commit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, fields, replace
from functools import wraps
from typing import Any, Required, TypedDict, Unpack, cast

import flask_smorest  # type: ignore[import-untyped]
from flask import Response, request
from marshmallow import Schema
from sqlalchemy.orm import Session

from tthc.api.auth import bearer_token
from tthc.api.idempotency import HEADER, answer_once
from tthc.api.parsing import StrictParser, Wanted, parse
from tthc.api.preconditions import etag, read_if_match
from tthc.services.sign_in import authenticate
from tthc.serving.ahead import NOTHING_MADE, Made, Work, make
from tthc.serving.context import Call, now, transaction
from tthc.serving.limits import JSON_LIMIT, check_path, check_size
from tthc.serving.policy import Access, Policy, actor_by
from tthc.serving.trace import note_user

Answer = Any
View = Callable[..., Answer]
Decorator = Callable[[View], View]

_IF_MATCH_DOC = {
    "in": "header",
    "name": "If-Match",
    "required": True,
    "description": "The ETag of the version this change is made on.",
    "schema": {"type": "string", "pattern": '^"[1-9][0-9]*"$'},
}
_KEY_DOC = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "description": "A repeated request with the same key has one effect and the same answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}


@dataclass(frozen=True, slots=True)
class Demands:
    """What a route demands of a request before its view sees it.

    ``ahead`` is called as the view would be, in a transaction of its own, and returns what is
    then done in none; the view finds it as ``call.made``.
    """

    allow: Policy
    idempotent: bool = False
    if_match: bool = False
    body_limit: int = JSON_LIMIT
    ahead: Callable[..., Work] | None = None


DEMANDS = {field.name for field in fields(Demands)}


class RouteDemands(TypedDict, total=False):
    """The demands as keywords of a route."""

    allow: Required[Policy]
    idempotent: bool
    if_match: bool
    body_limit: int
    ahead: Callable[..., Work]


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    """Routes with a policy: ``@bp.post("", allow=Permission.DOSSIER_RECEIVE)``.

    Under it stand ``@bp.response(status, SCHEMA)`` and ``@bp.arguments(SCHEMA)``, with schema
    instances. A view gets its ``Call``, what it wants from the request, and the path. A PUBLIC
    view gets no call and opens its own transactions.
    """

    ARGUMENTS_PARSER = StrictParser()

    def route(self, rule: str, **options: Any) -> Decorator:
        """Register a view behind its demands, and document them. ``allow`` is not optional."""
        demands = Demands(**{name: options.pop(name) for name in DEMANDS & options.keys()})
        register = super().route(rule, **options)

        def decorator(view: View) -> View:
            return cast(View, register(_documented(_guarded(view, demands), demands)))

        return decorator

    def get(self, rule: str, **demands: Unpack[RouteDemands]) -> Decorator:
        """Register a view that changes nothing."""
        return self.route(rule, methods=["GET"], **demands)

    def post(self, rule: str, **demands: Unpack[RouteDemands]) -> Decorator:
        """Register a view that makes or does something."""
        return self.route(rule, methods=["POST"], **demands)

    def put(self, rule: str, **demands: Unpack[RouteDemands]) -> Decorator:
        """Register a view that replaces something."""
        return self.route(rule, methods=["PUT"], **demands)

    def patch(self, rule: str, **demands: Unpack[RouteDemands]) -> Decorator:
        """Register a view that changes a part of something."""
        return self.route(rule, methods=["PATCH"], **demands)

    def delete(self, rule: str, **demands: Unpack[RouteDemands]) -> Decorator:
        """Register a view that takes something away."""
        return self.route(rule, methods=["DELETE"], **demands)

    def arguments(self, schema: Schema, *, location: str = "json", **doc: Any) -> Decorator:
        """Let the view get what ``schema`` loads from ``location``: json, query, form or files."""
        return cast(Decorator, super().arguments(schema, location=location, **doc))

    def response(self, status: int, schema: Schema | None = None, **doc: Any) -> Decorator:
        """Answer with ``status`` and what ``schema`` dumps of the view's answer."""
        return cast(Decorator, super().response(status, schema, **doc))


def _guarded(view: View, demands: Demands) -> View:
    wanted = getattr(view, "wanted", ())

    @wraps(view)
    def guarded(**path: Any) -> Response:
        check_path(path)
        if demands.allow is Access.PUBLIC:
            check_size(request, limit=demands.body_limit)
            return cast(Response, view(*parse(request, wanted), **path))
        token = bearer_token(request)
        check_size(request, limit=demands.body_limit)
        made = _make_ahead(token, demands, wanted, path) if demands.ahead else NOTHING_MADE
        with transaction() as session:
            call = replace(_open_call(session, token, demands), made=made)

            def answer() -> Response:
                return cast(Response, view(call, *parse(request, wanted), **path))

            return answer_once(call, request, answer) if demands.idempotent else answer()

    guarded.policy = demands.allow  # type: ignore[attr-defined]
    return guarded


def _make_ahead(
    token: str, demands: Demands, wanted: Sequence[Wanted], path: Mapping[str, Any]
) -> Made:
    def look() -> Work:
        with transaction() as session:
            call = _open_call(session, token, demands)
            return cast(Callable[..., Work], demands.ahead)(call, *parse(request, wanted), **path)

    return make(look)


def _open_call(session: Session, token: str, demands: Demands) -> Call:
    at = now()
    opened = authenticate(session, token, now=at)
    note_user(opened.account.user_id)
    actor = actor_by(demands.allow, opened.account)
    version = read_if_match(request.headers.get("If-Match")) if demands.if_match else 0
    return Call(session, opened, actor, at, token, version)


def _documented(view: View, demands: Demands) -> View:
    doc = deepcopy(getattr(view, "_apidoc", {}))
    headers = [_IF_MATCH_DOC] * demands.if_match + [_KEY_DOC] * demands.idempotent
    if headers:
        doc.setdefault("arguments", {}).setdefault("parameters", []).extend(deepcopy(headers))
    security: list[dict[str, list[str]]] = [{"bearer": []}]
    if demands.allow is Access.PUBLIC:
        security = []
    manual = doc.setdefault("manual_doc", {})
    manual["security"] = security
    manual["x-policy"] = demands.allow.value
    view._apidoc = doc  # type: ignore[attr-defined]
    return view


def tagged(value: Answer, version: int) -> tuple[Answer, Mapping[str, str]]:
    """Return a view's answer with the strong ETag of its version."""
    return value, {"ETag": etag(version)}


def created(
    value: Answer, location: str, version: int | None = None
) -> tuple[Answer, Mapping[str, str]]:
    """Return a view's answer with the Location of what it made, and its ETag if it has one."""
    headers = {"Location": location}
    if version is not None:
        headers["ETag"] = etag(version)
    return value, headers
