"""Who is looking: the cookies of a browser, and the proof that a form came from our page.

Choice: docs/decisions/pages.md.
"""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import Request, Response

from tthc.domain.errors import AuthenticationError, ForbiddenError
from tthc.serving.context import doors
from tthc.web.texts import Texts, texts_in

SESSION, VISIT, LANGUAGE = "tthc_session", "tthc_visit", "tthc_lang"
TOKEN_FIELD, TOKEN_HEADER = "_token", "X-Form-Token"
OUR_PAGES = ("/desk", "/board")
"""Where somebody may be led after signing in."""
PUBLIC_PAGES = ("/tra-cuu", "/thu-tuc")
"""Where anybody may be; nobody is led there after signing in."""

_OPAQUE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_YEAR = timedelta(days=365)
_PAGE_PATH = re.compile(r"/[A-Za-z0-9._/-]*(\?[A-Za-z0-9._=&/%-]*)?", re.ASCII)


class SignInNeededError(AuthenticationError):
    """The page is for somebody signed in, and the browser brings no session."""

    code = "sign_in_needed"


class ForeignFormError(ForbiddenError):
    """The form did not come from a page of this session."""

    code = "foreign_form"


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser: the language it reads, its session if any, and what its forms are bound to."""

    texts: Texts
    session_token: str | None
    visit: str | None

    @property
    def form_token(self) -> str:
        """What every form of this browser must bring back."""
        bound_to = self.session_token or self.visit or ""
        key = doors().secret_key.encode()
        return hmac.digest(key, b"form:" + bound_to.encode(), "sha256").hex()


def visitor_of(request: Request) -> Visitor:
    """Return who sent ``request``, without looking anything up."""
    return Visitor(
        texts_in(request.cookies.get(LANGUAGE)),
        _opaque(request.cookies.get(cookie_name(SESSION))),
        _opaque(request.cookies.get(cookie_name(VISIT))),
    )


def _opaque(value: str | None) -> str | None:
    return value if value and _OPAQUE.fullmatch(value) else None


def check_form(request: Request) -> None:
    """Refuse a form that another site sent, or that is not bound to this browser's session.

    Raises:
        ForeignFormError: either.
    """
    visitor = visitor_of(request)
    given = request.headers.get(TOKEN_HEADER) or request.form.get(TOKEN_FIELD, "")
    is_bound = bool(visitor.session_token or visitor.visit)
    is_ours = hmac.compare_digest(given.encode(), visitor.form_token.encode())
    if not (is_bound and is_ours and _is_same_site(request)):
        raise ForeignFormError(
            "Biểu mẫu không thuộc phiên làm việc này; hãy mở lại trang và gửi lại.",
            "the form does not belong to this session; open the page again and send it again",
        )


def _is_same_site(request: Request) -> bool:
    """Say what the browser says; one that says nothing is judged by the form's token alone."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def cookie_name(name: str) -> str:
    """Return the name of a cookie; in production one that browsers take over TLS only."""
    return f"__Host-{name}" if doors().environment == "production" else name


def set_cookie(response: Response, name: str, value: str, *, expires: datetime | None) -> None:
    """Give the browser a cookie that no script reads and no other site sends."""
    response.set_cookie(
        cookie_name(name),
        value,
        expires=expires,
        secure=doors().environment == "production",
        httponly=True,
        samesite="Strict",
    )


def forget_cookie(response: Response, name: str) -> None:
    """Take a cookie away."""
    response.delete_cookie(
        cookie_name(name),
        secure=doors().environment == "production",
        httponly=True,
        samesite="Strict",
    )


def set_language(response: Response, lang: str) -> None:
    """Remember the language for a year."""
    response.set_cookie(
        LANGUAGE,
        lang,
        max_age=_YEAR,
        secure=doors().environment == "production",
        httponly=True,
        samesite="Lax",
    )


def begin_visit(response: Response, visit: str) -> None:
    """Give a browser without a session something its forms can be bound to."""
    set_cookie(response, VISIT, visit, expires=None)


def new_visit() -> str:
    """Return a value for ``begin_visit``: 256 random bits."""
    return secrets.token_urlsafe(32)


def our_page(path: str | None, *, otherwise: str, among: tuple[str, ...] = OUR_PAGES) -> str:
    """Return ``path`` when it is one of our pages, so that nobody is led elsewhere."""
    is_ours = path is not None and _PAGE_PATH.fullmatch(path) and "//" not in path
    return path if path and is_ours and path.startswith(among) else otherwise


def page_behind(request: Request) -> str | None:
    """Return the page that ``request`` was made from or asks for; the one to come back to."""
    seen = request.headers.get("HX-Current-URL") or request.referrer or ""
    if request.method == "GET" and "HX-Request" not in request.headers:
        seen = request.full_path
    parts = urlsplit(seen)
    return f"{parts.path}?{parts.query}".rstrip("?") or None
