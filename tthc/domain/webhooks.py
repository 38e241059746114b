"""Where a webhook may lie, and what is sent to it. Nothing here names a citizen."""

from __future__ import annotations

import hashlib
import ipaddress
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

from tthc.domain.errors import RuleError
from tthc.domain.messages import Line, as_data, once_each
from tthc.domain.moment import local

KEPT_FOR = timedelta(days=30)
"""How long messages can be read and sent again. Choice: docs/decisions/webhooks.md."""

LONGEST_URL = 500
OWN_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
_LAN_ENDINGS = (".local", ".localhost", ".internal", ".intranet", ".lan", ".home.arpa")


class Reach(StrEnum):
    """How far inwards the address of a webhook may lie. Choice: docs/decisions/webhooks.md."""

    PUBLIC = "public"
    """A public address, by https."""
    INTERNAL = "internal"
    """An address of a closed network too, by https; only an operator lets one in."""
    TRIAL = "trial"
    """Anywhere, and plain http to this machine."""


class UrlRefusedError(RuleError):
    """A webhook may not lie there; ``details`` name the ``rule``."""

    code = "url_refused"


_REASONS = {
    "malformed": ("Địa chỉ không phải là một URL hợp lệ.", "the address is no valid URL"),
    "not_https": ("Địa chỉ phải dùng https.", "the address must use https"),
    "has_password": (
        "Địa chỉ không được chứa tên hay mật khẩu.",
        "the address must not hold a name or password",
    ),
    "internal": (
        "Địa chỉ thuộc mạng nội bộ; chỉ người vận hành được thêm bằng dòng lệnh.",
        "the address is internal; only an operator may add it, on the command line",
    ),
}


def check_url(url: str, reach: Reach) -> None:
    """Let an address pass that a webhook may have, or raise UrlRefusedError.

    What a name stands for is not asked here: the sender looks at the address it connects to.
    """
    parts = _split(url)
    if parts.username is not None or parts.password is not None:
        raise _refused("has_password")
    host = parts.hostname or ""
    is_plain_here = parts.scheme == "http" and host in OWN_MACHINE
    if parts.scheme != "https" and not (reach is Reach.TRIAL and is_plain_here):
        raise _refused("not_https")
    if reach is Reach.PUBLIC and _is_internal(host):
        raise _refused("internal")


def write_ping(message_id: str, sequence: int, *, at: datetime) -> str:
    """Return the message that only asks whether anybody is there."""
    return _written(message_id, sequence, "ping", at=at)


def write_due(message_id: str, sequence: int, lines: Iterable[Line], *, at: datetime) -> str:
    """Return the message that tells of ``lines``, as JSON text.

    ``sequence`` counts the messages of a webhook from 1 without gaps.
    """
    dossiers = [as_data(line) for line in once_each(lines)]
    return _written(message_id, sequence, "dossiers_due", at=at, dossiers=dossiers)


def ping_key(webhook_id: int, sequence: int, *, at: datetime) -> str:
    """Return the message id of a ping."""
    told = f"ping {webhook_id} {sequence} {at.isoformat()}"
    return f"tthc-{hashlib.sha256(told.encode()).hexdigest()[:32]}"


def _written(message_id: str, sequence: int, kind: str, *, at: datetime, **rest: object) -> str:
    told = {
        "message_id": message_id,
        "sequence": sequence,
        "kind": kind,
        "written_at": local(at).isoformat(timespec="seconds"),
    }
    return json.dumps(told | rest, ensure_ascii=False)


def _split(url: str) -> SplitResult:
    is_plain = url.isascii() and url.isprintable() and " " not in url
    try:
        parts = urlsplit(url)
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        raise _refused("malformed") from None
    fits = is_plain and len(url) <= LONGEST_URL and "\\" not in url
    if not (fits and has_port and parts.hostname and not parts.fragment):
        raise _refused("malformed")
    return parts


def _is_internal(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host.partition("%")[0]).is_global
    except ValueError:
        name = host.rstrip(".")
        is_number = name.rpartition(".")[2].isdigit() or name.startswith("0x")
        return "." not in name or is_number or f".{name}".endswith(_LAN_ENDINGS)


def _refused(rule: str) -> UrlRefusedError:
    vi, en = _REASONS[rule]
    return UrlRefusedError(vi, en, field="url", rule=rule)
