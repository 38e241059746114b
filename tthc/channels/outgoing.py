"""What leaves the system, and the two ways it can fail to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from tthc.domain.messages import Line, Text


class FailureKind(StrEnum):
    """Why a message did not leave. Never names an address."""

    TIMEOUT = "timeout"
    CONNECTION = "connection"
    REFUSED_4XX = "refused_4xx"
    REFUSED_5XX = "refused_5xx"
    UNAUTHORISED = "unauthorised"
    """The service does not know us: a token is wrong or has ended."""
    THROTTLED = "throttled"
    """The service takes no more from us for now."""
    UNSENDABLE = "unsendable"
    """The message or its address cannot be put into the form of the channel."""
    POISONED = "poisoned"
    """The data of what it tells of make the program fail."""


_ABOUT_US = frozenset(
    {
        FailureKind.TIMEOUT,
        FailureKind.CONNECTION,
        FailureKind.UNAUTHORISED,
        FailureKind.THROTTLED,
    }
)


class SendError(Exception):
    """The message did not leave, or nobody said that it did."""

    def __init__(self, kind: FailureKind) -> None:
        super().__init__(kind.value)
        self.kind = kind

    @property
    def is_server_away(self) -> bool:
        """Whether the next message to the same server would fail just so."""
        return self.kind in _ABOUT_US


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to one recipient.

    ``message_id`` stays the same when it is sent again. ``address`` is an e-mail address or a
    URL. People get ``lines`` put into words, or a ``letter`` that was written before; a program
    gets ``body`` as it stands, signed with ``secret``, in a closed network only where it
    ``is_internal``.
    """

    message_id: str
    channel: str
    address: str = field(repr=False)
    at: datetime
    lines: Sequence[Line] = ()
    letter: Text | None = field(default=None, repr=False)
    body: str = ""
    secret: str = field(default="", repr=False)
    is_internal: bool = False


class Sender(Protocol):
    """Something that hands one message over."""

    def send(self, message: Outgoing) -> None:
        """Return when the other side took the message, or raise SendError."""
