"""Short messages to people, by Telegram, Zalo Bot or another service that apprise knows.

The library says how a service is spoken to; what became of a message it writes into its log,
from which the status of the answer is read here.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tthc.channels.outgoing import FailureKind, Outgoing, SendError
from tthc.domain.contact_points import is_target
from tthc.domain.messages import once_each, write_short

if TYPE_CHECKING:
    from collections.abc import Iterable

TIMEOUT_SECONDS = 10.0
TARGET = "{target}"

_STATUS = re.compile(r"\berror=([0-9]{3})\b")
_PROBES = ("84912345678", "can-bo@example.vn")
_UNKNOWN_TO_THEM = frozenset({401, 404, 407})
_TOO_MANY = 429
_REFUSALS = range(200, 500)


@dataclass(frozen=True, slots=True)
class ChatSender:
    """Sends each message once, to one person, by an address of the library.

    ``template`` holds the installation's credentials, and ``{target}`` for the person's own
    address. ``timeout`` holds for the connection and for each wait for an answer. Telegram and
    its like know no Message-ID: the text names the message.
    """

    template: str = field(repr=False)
    timeout: float = TIMEOUT_SECONDS

    def send(self, message: Outgoing) -> None:
        """Return when the service took the message, or raise SendError."""
        is_one = is_target(message.address)
        service = _service(self.template, message.address, self.timeout) if is_one else None
        if service is None:
            raise SendError(FailureKind.UNSENDABLE)
        text = write_short(once_each(message.lines), message.message_id)
        done = service.notify(body=text, body_format="text", interpret_escapes=False)
        if not done:
            attempts = [attempt for result in done for attempt in result]
            raise SendError(_kind_of(attempts, self.timeout))


def make_chat_sender(name: str, template: str, *, timeout: float = TIMEOUT_SECONDS) -> ChatSender:
    """Return the sender of a channel.

    Raises:
        ValueError: the library does not understand its address; the address is not quoted.
    """
    if not any(_service(template, probe, timeout) for probe in _PROBES):
        raise ValueError(f"NOTIFY_URLS: the address of the channel {name} is not understood")
    return ChatSender(template, timeout)


def _service(template: str, target: str, timeout: float) -> Any:
    """Return the library's service for one person; None for an address it does not take."""
    import apprise  # noqa: PLC0415 - 0.2 s, and only where such a channel is used

    log = logging.getLogger("apprise")
    log.propagate = False  # it names recipients
    asset = apprise.AppriseAsset(
        app_id="TTHC",
        async_mode=False,
        http_redirects=False,
        storage_mode=apprise.PersistentStoreMode.MEMORY,
        plugin_paths=[],
    )
    service = apprise.Apprise(asset=asset)
    mark = "&" if "?" in template else "?"
    address = template.replace(TARGET, quote(target, safe=""))
    is_known = service.add(f"{address}{mark}rto={timeout}&cto={timeout}")
    return service if is_known and len(service) == 1 else None


def _kind_of(attempts: Iterable[Any], timeout: float) -> FailureKind:
    """Name a failure by the status of the answer, or by the lack of one."""
    kinds = [_kind_of_attempt(attempt, timeout) for attempt in attempts]
    return kinds[-1] if kinds else FailureKind.UNSENDABLE


def _kind_of_attempt(attempt: Any, timeout: float) -> FailureKind:
    said = " ".join(entry.message for entry in attempt.logs)
    found = _STATUS.findall(said)
    if not found:
        return FailureKind.TIMEOUT if attempt.elapsed >= timeout else FailureKind.CONNECTION
    status = int(found[-1])
    if status in _UNKNOWN_TO_THEM:
        return FailureKind.UNAUTHORISED
    if status == _TOO_MANY:
        return FailureKind.THROTTLED
    return FailureKind.REFUSED_4XX if status in _REFUSALS else FailureKind.REFUSED_5XX
