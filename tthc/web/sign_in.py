"""Signing in and out in a browser, the language, and where the bare address leads."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from marshmallow import ValidationError

from tthc.domain.accounts import PERMISSIONS, Account, Permission
from tthc.domain.errors import AuthenticationError, TooManyError
from tthc.services.sign_in import authenticate, sign_out
from tthc.serving.context import Call, now, transaction
from tthc.serving.policy import Access
from tthc.serving.schemas.credentials import CREDENTIALS
from tthc.serving.signing_in import open_session
from tthc.web.forms import Faults, faults_of, plain
from tthc.web.pages import Page, Pages
from tthc.web.strangers import answer_stranger
from tthc.web.texts import LANGUAGES
from tthc.web.visitors import (
    OUR_PAGES,
    PUBLIC_PAGES,
    SESSION,
    forget_cookie,
    our_page,
    set_cookie,
    set_language,
    visitor_of,
)

pages = Pages("web_sign_in")


@pages.get("/", allow=Access.PUBLIC)
def root() -> Page:
    """Lead to the reader's own first page, or to signing in."""
    token = visitor_of(request).session_token
    if token is None:
        return _to(url_for("web_sign_in.form_get"))
    with transaction() as session:
        account = authenticate(session, token, now=now()).account
    return _to(first_page(account))


@pages.get("/sign-in", allow=Access.PUBLIC)
def form() -> Page:
    """Ask who it is."""
    return _form({}, Faults(), 200)


@pages.post("/sign-in", allow=Access.PUBLIC)
def enter() -> Page:
    """Open a session and lead to where the reader was going."""
    given = plain(request.form)
    back = given.pop("next", "")
    try:
        wanted = CREDENTIALS.load(given)
        opened = open_session(request, wanted["username"], wanted["password"])
    except (ValidationError, AuthenticationError, TooManyError) as error:
        faults = faults_of(error)
        return _form({"username": given.get("username", "")}, faults, faults.status)
    response = _to(our_page(back, otherwise=first_page(opened.account)))
    set_cookie(response, SESSION, opened.token, expires=opened.expires_at)
    return response


@pages.post("/sign-out", allow=Access.SIGNED_IN)
def leave(call: Call) -> Page:
    """End the session; the browser forgets it too."""
    sign_out(call.session, call.token, now=call.now)
    response = _to(url_for("web_sign_in.form_get"))
    forget_cookie(response, SESSION)
    return response


@pages.post("/language", allow=Access.PUBLIC)
def language() -> Page:
    """Speak the other language, on the same page."""
    chosen = request.form.get("lang", "")
    among = (*OUR_PAGES, *PUBLIC_PAGES, url_for("web_sign_in.form_get"))
    response = _to(our_page(request.form.get("next"), otherwise="/", among=among))
    if chosen in LANGUAGES:
        set_language(response, chosen)
    return response


def first_page(account: Account) -> str:
    """Return where somebody's day begins: whoever keeps a desk there, others at the board."""
    held = frozenset[Permission]().union(*(PERMISSIONS[g.role] for g in account.grants))
    is_of_the_desk = Permission.DOSSIER_RECEIVE in held or Permission.METRICS_READ not in held
    return "/desk" if is_of_the_desk else "/board"


def _form(given: dict[str, str], faults: Faults, status: int) -> Response:
    """Return the form."""
    back = our_page(request.form.get("next") or request.args.get("next", ""), otherwise="")
    response = answer_stranger("sign_in.html", status, given=given, faults=faults, back=back)
    if faults.retry_after is not None:
        response.headers["Retry-After"] = str(faults.retry_after)
    return response


def _to(place: str) -> Response:
    return redirect(place, 303)  # type: ignore[return-value]
