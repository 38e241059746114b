"""Looking a dossier up without an account: code and secret from the slip, sent by POST only.

Choice: docs/decisions/look-up.md.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from tthc.domain.look_up import clean_code
from tthc.domain.satisfaction import Grievance, Rating
from tthc.services.look_up import (
    Asked,
    LookUpThrottledError,
    open_by_secret,
    show_progress,
)
from tthc.services.satisfaction import rate_dossier
from tthc.serving.context import doors, now, transaction
from tthc.serving.policy import Access
from tthc.serving.signing_in import LONGEST_ADDRESS
from tthc.web.forms import Faults
from tthc.web.pages import Page, Pages
from tthc.web.strangers import answer_stranger

LONGEST_TYPED = 100
FAILURES = {HTTPStatus.NOT_FOUND: "nothing", HTTPStatus.TOO_MANY_REQUESTS: "throttled"}
"""Which words tell of a failure."""

Work = Callable[[Session, str, datetime], str]
"""What is done to the dossier of a code at an instant; it says what it did."""

pages = Pages("web_look_up")


@pages.get("/tra-cuu", allow=Access.PUBLIC)
def form() -> Page:
    """Ask for the code and the secret."""
    return _form("", HTTPStatus.OK)


@pages.post("/tra-cuu", allow=Access.PUBLIC)
def answer() -> Page:
    """Tell how the dossier stands; whatever is wrong, the answer is one and the same."""
    return _answered(_asked(), lambda *_opened: "")


@pages.post("/tra-cuu/danh-gia", allow=Access.PUBLIC)
def rating() -> Page:
    """Keep how content the holder of the slip is, and show the dossier again."""

    def keep(session: Session, code: str, at: datetime) -> str:
        given = _rating()
        if given is None:
            return "nothing"
        return "kept" if rate_dossier(session, code, given, now=at) else "kept_before"

    return _answered(_asked(), keep)


def _rating() -> Rating | None:
    """Return what was chosen, None where nothing was; a reason of nobody's is none."""
    said = request.form.get("satisfied")
    if said not in {"yes", "no"}:
        return None
    chosen = set(request.form.getlist("grievance")) & set(Grievance)
    return Rating(said == "yes", frozenset(Grievance(c) for c in chosen if said == "no"))


def _answered(asked: Asked, work: Work) -> Response:
    """Return the dossier that the secret opens, after ``work``."""
    at = now()
    try:
        with transaction() as session:
            code = open_by_secret(session, asked, secret_key=doors().secret_key, now=at)
            done = work(session, code, at) if code else ""
            progress = show_progress(session, code, now=at) if code else None
    except LookUpThrottledError as error:
        response = _form(asked.code, HTTPStatus.TOO_MANY_REQUESTS)
        response.headers["Retry-After"] = str(error.retry_after)
        return response
    if progress is None:
        return _form(asked.code, HTTPStatus.NOT_FOUND)
    page = answer_stranger(
        "look_up/answer.html",
        progress=progress,
        at=at,
        done=done,
        grievances=list(Grievance),
        secret=asked.secret if progress.is_to_rate else "",
    )
    response = _unindexed(page)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def look_up_address() -> str:
    """Return where citizens look a dossier up: the host that the reader's own page came from.

    In production it is https, whatever the proxy in front speaks to us.
    """
    scheme = "https" if doors().environment == "production" else request.scheme
    return f"{scheme}://{request.host}{url_for('web_look_up.form_get')}"


def _asked() -> Asked:
    code, secret = (request.form.get(name, "")[:LONGEST_TYPED] for name in ("code", "secret"))
    return Asked(code, secret, (request.remote_addr or "unknown")[:LONGEST_ADDRESS])


def _form(code: str, status: HTTPStatus) -> Response:
    """Return the form. What was typed as a code stays; the secret does not."""
    given = {"code": clean_code(code)}
    page = answer_stranger(
        "look_up/form.html", status, given=given, faults=Faults(), failure=FAILURES.get(status)
    )
    return _unindexed(page)


def _unindexed(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex"
    return response
