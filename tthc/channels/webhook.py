"""Alerts as signed JSON to another system's address."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

import requests
from requests_hardened import Config, HTTPSession  # type: ignore[import-untyped]
from requests_hardened.ip_filter import InvalidIPAddress  # type: ignore[import-untyped]

from tthc.channels.outgoing import FailureKind, Outgoing, SendError
from tthc.domain.webhooks import Reach, UrlRefusedError, check_url

TIMEOUT_SECONDS = 10.0
ID_HEADER = "Tthc-Message-Id"
TIME_HEADER = "Tthc-Timestamp"
SIGNATURE_HEADER = "Tthc-Signature"

_ACCEPTED = range(200, 300)
_FIRST_TROUBLE = 500


def sign(secret: str, at: datetime, body: bytes) -> str:
    """Return ``sha256=<hex>``: the HMAC of the timestamp's text, a full stop and the body."""
    signed = f"{_seconds(at)}.".encode() + body
    return f"sha256={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


@dataclass(frozen=True, slots=True)
class WebhookSender:
    """Posts messages; only an answer 2xx takes one, and no redirect is followed.

    ``reach`` holds for addresses that are not said to be internal. The name is looked up once:
    the address found is looked at and is the one that is called, so a name that changes its
    meaning in between leads nowhere else.
    """

    reach: Reach = Reach.PUBLIC
    timeout: float = TIMEOUT_SECONDS

    def send(self, message: Outgoing) -> None:
        """Return when the other side took the message, or raise SendError."""
        reach = self._reach(message)
        body = message.body.encode()
        headers = {
            "Content-Type": "application/json",
            ID_HEADER: message.message_id,
            TIME_HEADER: _seconds(message.at),
            SIGNATURE_HEADER: sign(message.secret, message.at, body),
        }
        try:
            with _session(reach) as http:
                answer = http.post(
                    message.address,
                    data=body,
                    headers=headers,
                    timeout=self.timeout,
                    allow_redirects=False,
                    stream=True,
                )
                answer.close()
        except InvalidIPAddress:
            raise SendError(FailureKind.UNSENDABLE) from None
        except requests.Timeout:
            raise SendError(FailureKind.TIMEOUT) from None
        except (requests.RequestException, ValueError):
            raise SendError(FailureKind.CONNECTION) from None
        _check_status(answer.status_code)

    def _reach(self, message: Outgoing) -> Reach:
        is_let_in = message.is_internal and self.reach is Reach.PUBLIC
        reach = Reach.INTERNAL if is_let_in else self.reach
        try:
            check_url(message.address, reach)
        except UrlRefusedError:
            raise SendError(FailureKind.UNSENDABLE) from None
        return reach


def _session(reach: Reach) -> requests.Session:
    rules = Config(
        ip_filter_enable=reach is Reach.PUBLIC,
        ip_filter_allow_loopback_ips=False,
        never_redirect=True,
        default_timeout=(TIMEOUT_SECONDS, TIMEOUT_SECONDS),
    )
    session: requests.Session = HTTPSession(rules)
    session.trust_env = False
    return session


def _check_status(status: int) -> None:
    """Let 2xx pass; a redirect is a refusal like any other answer below 500."""
    if status not in _ACCEPTED:
        is_trouble = status >= _FIRST_TROUBLE
        raise SendError(FailureKind.REFUSED_5XX if is_trouble else FailureKind.REFUSED_4XX)


def _seconds(at: datetime) -> str:
    return str(int(at.timestamp()))
