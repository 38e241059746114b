"""Alerts as signed JSON to another system's address."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import requests

from tthc.channels.outgoing import FailureKind, Outgoing, SendError
from tthc.domain.messages import as_data, once_each

TIMEOUT_SECONDS = 10.0
ID_HEADER = "Tthc-Message-Id"
TIME_HEADER = "Tthc-Timestamp"
SIGNATURE_HEADER = "Tthc-Signature"

_OWN_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
_ACCEPTED = range(200, 300)
_FIRST_TROUBLE = 500


def sign(secret: str, at: datetime, body: bytes) -> str:
    """Return ``sha256=<hex>``: the HMAC of the timestamp's text, a full stop and the body."""
    signed = f"{_seconds(at)}.".encode() + body
    return f"sha256={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


@dataclass(frozen=True, slots=True)
class WebhookSender:
    """Posts messages; only an answer 2xx takes one, and no redirect is followed.

    Addresses are https, unless ``may_be_plain_here`` lets http to this machine pass.
    """

    may_be_plain_here: bool = False
    timeout: float = TIMEOUT_SECONDS

    def send(self, message: Outgoing) -> None:
        """Return when the other side took the message, or raise SendError."""
        self._check(message.address)
        body = _body(message)
        headers = {
            "Content-Type": "application/json",
            ID_HEADER: message.message_id,
            TIME_HEADER: _seconds(message.at),
            SIGNATURE_HEADER: sign(message.secret, message.at, body),
        }
        try:
            with requests.Session() as http:
                http.trust_env = False
                answer = http.post(
                    message.address,
                    data=body,
                    headers=headers,
                    timeout=self.timeout,
                    allow_redirects=False,
                    stream=True,
                )
                answer.close()
        except requests.Timeout:
            raise SendError(FailureKind.TIMEOUT) from None
        except (requests.RequestException, ValueError):
            raise SendError(FailureKind.CONNECTION) from None
        _check_status(answer.status_code)

    def _check(self, url: str) -> None:
        parts = urlsplit(url)
        is_plain_here = parts.scheme == "http" and parts.hostname in _OWN_MACHINE
        if parts.scheme != "https" and not (self.may_be_plain_here and is_plain_here):
            raise SendError(FailureKind.UNSENDABLE)


def _body(message: Outgoing) -> bytes:
    told = {
        "message_id": message.message_id,
        "kind": "dossiers_due",
        "dossiers": [as_data(line) for line in once_each(message.lines)],
    }
    return json.dumps(told, ensure_ascii=False).encode()


def _check_status(status: int) -> None:
    """Let 2xx pass; a redirect is a refusal like any other answer below 500."""
    if status not in _ACCEPTED:
        is_trouble = status >= _FIRST_TROUBLE
        raise SendError(FailureKind.REFUSED_5XX if is_trouble else FailureKind.REFUSED_4XX)


def _seconds(at: datetime) -> str:
    return str(int(at.timestamp()))
