"""The blueprint of every page: like a route of the API, none without saying who may open it.

What a request goes through, in this order: size, form token, one transaction, the session's
roles, the policy, the view, commit. What is refused becomes a page that says what to do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from time import sleep
from typing import Any, TypeVar

import flask
from flask import Response, redirect, request
from sqlalchemy.orm import Session

from tthc.domain.errors import AuthenticationError
from tthc.services.idempotency import KeyInFlightError
from tthc.services.sign_in import authenticate
from tthc.serving.ahead import NOTHING_MADE, Made, Work, make
from tthc.serving.context import Call, now, transaction
from tthc.serving.errors import tell
from tthc.serving.limits import check_path, check_size
from tthc.serving.policy import Access, Policy, actor_by
from tthc.serving.trace import note_user, request_id
from tthc.web.rendering import render
from tthc.web.visitors import (
    SignInNeededError,
    check_form,
    our_page,
    page_behind,
    visitor_of,
)

FORM_LIMIT = 256 * 1024
MOST_WAITS, WAIT_SECONDS = 25, 0.2
"""How long a second click waits for the first one to be saved."""

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
    " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)

Page = Response | str
Ahead = Callable[..., Work]
Demands = tuple[Policy, Ahead | None]
View = TypeVar("View", bound=Callable[..., Page])
Register = Callable[[View], View]


class Pages(flask.Blueprint):
    """Pages with a policy: ``@pages.get("/desk", allow=Permission.DOSSIER_READ)``.

    A view gets its ``Call`` and the path. A PUBLIC view gets no call and opens its own
    transactions.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name, __name__, template_folder="templates")
        self.register_error_handler(Exception, refused)
        self.after_request(_protect)

    def get(  # type: ignore[override]
        self, rule: str, *, allow: Policy, ahead: Ahead | None = None
    ) -> Register[Any]:
        """Register a page that changes nothing. ``ahead``: see ``api.blueprint.Demands``."""
        return self._page(rule, "GET", (allow, ahead))

    def post(  # type: ignore[override]
        self, rule: str, *, allow: Policy, ahead: Ahead | None = None
    ) -> Register[Any]:
        """Register what a form is sent to; its token is checked first."""
        return self._page(rule, "POST", (allow, ahead))

    def _page(self, rule: str, method: str, demands: Demands) -> Register[Any]:
        def decorator(view: Callable[..., Page]) -> Callable[..., Page]:
            endpoint = f"{view.__name__}_{method.lower()}"
            self.add_url_rule(rule, endpoint, _guarded(view, demands), methods=[method])
            return view

        return decorator


def _guarded(view: Callable[..., Page], demands: Demands) -> Callable[..., Page]:
    allow, ahead = demands

    @wraps(view)
    def guarded(**path: Any) -> Page:
        check_path(path)
        check_size(request, limit=FORM_LIMIT)
        if request.method == "POST":
            check_form(request)
        if allow is Access.PUBLIC:
            return view(**path)
        made = make(lambda: _looked(ahead, allow, path)) if ahead else NOTHING_MADE
        return _answered(view, allow, path, made)

    guarded.policy = allow  # type: ignore[attr-defined]
    return guarded


def _looked(ahead: Ahead, allow: Policy, path: dict[str, Any]) -> Work:
    with transaction() as session:
        return ahead(_open_call(session, allow), **path)


def _open_call(session: Session, allow: Policy) -> Call:
    token = visitor_of(request).session_token
    if token is None:
        raise SignInNeededError("Hãy đăng nhập để tiếp tục.", "sign in to go on")
    at = now()
    opened = authenticate(session, token, now=at)
    note_user(opened.account.user_id)
    return Call(session, opened, actor_by(allow, opened.account), at, token)


def _answered(view: Callable[..., Page], allow: Policy, path: dict[str, Any], made: Made) -> Page:
    """Answer in one transaction; a form that is being saved right now is waited for."""
    for _ in range(MOST_WAITS):
        try:
            with transaction() as session:
                call = replace(_open_call(session, allow), made=made)
                return view(call, **path)
        except KeyInFlightError:
            sleep(WAIT_SECONDS)
    raise KeyInFlightError("Hồ sơ đang được lưu; hãy đợi.", "the form is being saved; wait")


def refused(error: Exception) -> Response:
    """Answer what went wrong with a page, or with the way to sign in."""
    if isinstance(error, AuthenticationError):
        return _to_sign_in()
    told = tell(error)
    texts = visitor_of(request).texts
    detail = texts.of(told.problem.detail, told.problem.detail_en)
    advice = f"error.advice_{told.problem.status}"
    page = render(
        "error.html",
        None,
        status=told.problem.status,
        detail=detail,
        advice=texts(advice if advice in texts.known else "error.advice"),
        request_id=request_id(),
    )
    headers = {name: value for name, value in told.headers.items() if name == "Retry-After"}
    return Response(page, told.problem.status, headers, mimetype="text/html")


def _to_sign_in() -> Response:
    back = our_page(page_behind(request), otherwise="")
    place = flask.url_for("web_sign_in.form_get", next=back or None)
    if "HX-Request" in request.headers:
        return Response(status=204, headers={"HX-Redirect": place})
    return redirect(place, 303)  # type: ignore[return-value]


def _protect(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = CONTENT_POLICY
    response.headers.setdefault("Referrer-Policy", "same-origin")
    return response
