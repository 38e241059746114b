"""Versions over HTTP: strong ETags out, If-Match in.

Source: RFC 9110 §8.8.3, §13.1.1; RFC 6585 §3. Choice: exactly one strong tag is demanded,
docs/decisions/http-contract.md.
``*`` names no version and counts as missing; a weak or foreign tag matches nothing.
"""

from __future__ import annotations

import re
from typing import ClassVar

from tthc.domain.errors import PreconditionMissingError, StaleError, TthcError

_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
_VERSION = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)


class IfMatchMalformedError(TthcError):
    """The If-Match header is not one entity tag."""

    code: ClassVar[str] = "malformed_if_match"


def etag(version: int) -> str:
    """Return the strong entity tag of a version."""
    return f'"{version}"'


def read_if_match(header: str | None) -> int:
    """Return the version an If-Match header names.

    Raises:
        PreconditionMissingError: no header, or ``*``, which says nothing about what was seen.
        IfMatchMalformedError: unquoted, or a list.
        StaleError: a weak tag or one that was never ours; it cannot match.
    """
    text = (header or "").strip()
    if text in {"", "*"}:
        raise PreconditionMissingError(
            "Thiếu If-Match: gửi ETag của bản đã đọc.",
            "If-Match is missing: send the ETag of what was read",
            field="If-Match",
        )
    found = _TAG.fullmatch(text)
    if found is None:
        raise IfMatchMalformedError(
            'If-Match phải là đúng một ETag, ví dụ "3".',
            'If-Match must be exactly one ETag, such as "3"',
            field="If-Match",
        )
    if found[1] or not _VERSION.fullmatch(found[2]):
        raise StaleError(
            "Dữ liệu đã thay đổi kể từ khi đọc; hãy tải lại.",
            "it changed since it was read; read it again",
            field="If-Match",
        )
    return int(found[2])
