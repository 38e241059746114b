"""Messages of a Zalo Official Account to people who follow it.

Source: the Official Account API v3.0, ``POST /v3.0/oa/message/cs``, and the OAuth v4 of Zalo: an
access token lasts about 25 hours, a refresh token three months and is used once. Errors come
with status 200 and a number in the body. Choice: docs/decisions/channels.md.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import requests

from tthc.channels.outgoing import FailureKind, Outgoing, SendError
from tthc.domain.contact_points import is_target
from tthc.domain.messages import once_each, write_short

SCHEME = "zalooa"
TIMEOUT_SECONDS = 10.0
API_URL = "https://openapi.zalo.me"
OAUTH_URL = "https://oauth.zaloapp.com"

_OK = 200
_TOO_MANY = 429
_FIRST_TROUBLE = 500
_TOKEN_REFUSED = frozenset({-216, -220, -124})
_ACCOUNT_REFUSED = frozenset({-202, -204, -205, -209, -212, -221, -224, -240, -320})
_TOO_MUCH = frozenset({-32, -211, -218, -223})
_LONGEST_ANSWER = 64 * 1024


@dataclass(frozen=True, slots=True)
class ZaloApp:
    """The application that speaks for the Official Account."""

    app_id: str
    secret_key: str = field(repr=False)
    api_url: str = API_URL
    oauth_url: str = OAUTH_URL
    timeout: float = TIMEOUT_SECONDS


@dataclass(frozen=True, slots=True)
class Tokens:
    """What Zalo gives for a refresh token, which is used up by that."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    lifetime: timedelta


class TokenSource(Protocol):
    """Where an access token comes from."""

    def current(self) -> str:
        """Return one that should be in force, or raise SendError."""

    def distrust(self, access: str) -> None:
        """Note that Zalo refused a token."""


def parse_zalo_app(name: str, template: str) -> ZaloApp:
    """Read ``zalooa://APP_ID:SECRET_KEY/{target}``, or raise ValueError without quoting it."""
    parts = urlsplit(template)
    app_id, _, secret = parts.netloc.partition(":")
    is_whole = app_id.isdecimal() and secret and "@" not in secret
    if parts.scheme != SCHEME or not is_whole or parts.path != "/{target}" or parts.query:
        raise ValueError(f"NOTIFY_URLS: the address of the channel {name} is not understood")
    return ZaloApp(app_id, unquote(secret))


@dataclass(frozen=True, slots=True)
class ZaloOaSender:
    """Sends each message once; Zalo takes it for people who wrote to the account lately."""

    app: ZaloApp
    tokens: TokenSource = field(repr=False)

    def send(self, message: Outgoing) -> None:
        """Return when Zalo took the message, or raise SendError."""
        if not is_target(message.address):
            raise SendError(FailureKind.UNSENDABLE)
        access = self.tokens.current()
        text = write_short(once_each(message.lines), message.message_id)
        told = {"recipient": {"user_id": message.address}, "message": {"text": text}}
        url = f"{self.app.api_url}/v3.0/oa/message/cs"
        answer = _post(url, self.app.timeout, json=told, headers={"access_token": access})
        error = answer.get("error")
        if not isinstance(error, int):
            raise SendError(FailureKind.REFUSED_5XX)
        if error in _TOKEN_REFUSED:
            self.tokens.distrust(access)
        if error != 0:
            raise SendError(_kind_of(error))


def refresh_tokens(app: ZaloApp, refresh: str) -> Tokens:
    """Exchange a refresh token, which ends with it, or raise SendError.

    A refresh token that Zalo does not know is UNAUTHORISED.
    """
    form = {"refresh_token": refresh, "app_id": app.app_id, "grant_type": "refresh_token"}
    url = f"{app.oauth_url}/v4/oa/access_token"
    answer = _post(url, app.timeout, data=form, headers={"secret_key": app.secret_key})
    try:
        lifetime = timedelta(seconds=int(answer["expires_in"]))
        return Tokens(str(answer["access_token"]), str(answer["refresh_token"]), lifetime)
    except (KeyError, TypeError, ValueError, OverflowError):
        raise SendError(FailureKind.UNAUTHORISED) from None


def _post(url: str, timeout: float, **request: Any) -> dict[str, Any]:
    try:
        with requests.Session() as http:
            http.trust_env = False
            answer = http.post(url, timeout=timeout, allow_redirects=False, stream=True, **request)
            content = next(answer.iter_content(_LONGEST_ANSWER), b"")
    except requests.Timeout:
        raise SendError(FailureKind.TIMEOUT) from None
    except requests.RequestException:
        raise SendError(FailureKind.CONNECTION) from None
    if answer.status_code != _OK:
        raise SendError(_kind_of_status(answer.status_code))
    return _read(content)


def _read(content: bytes) -> dict[str, Any]:
    """Read an answer 200; what is no JSON object does not say that anything was taken."""
    try:
        told = json.loads(content)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise SendError(FailureKind.REFUSED_5XX)
    return told


def _kind_of_status(status: int) -> FailureKind:
    if status == _TOO_MANY:
        return FailureKind.THROTTLED
    return FailureKind.REFUSED_5XX if status >= _FIRST_TROUBLE else FailureKind.UNAUTHORISED


def _kind_of(error: int) -> FailureKind:
    """Name an error of the API: about our account, or about this recipient."""
    if error in _TOKEN_REFUSED | _ACCOUNT_REFUSED:
        return FailureKind.UNAUTHORISED
    return FailureKind.THROTTLED if error in _TOO_MUCH else FailureKind.REFUSED_4XX
