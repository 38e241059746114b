"""Keyset pages over HTTP: an opaque cursor that belongs to one list and its filters.

A cursor is sealed, so one that was changed, or taken from another list or other filters, is
refused and never quietly gives a different page.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Request

from tthc.domain.errors import RuleError
from tthc.serving.context import doors

SEAL_BYTES = 12

Row = TypeVar("Row")


class CursorInvalidError(RuleError):
    """The cursor was not given out for this list with these filters."""

    code = "invalid_cursor"


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page is wanted: ``limit`` rows after ``after``, the sort key of the last row seen.

    ``after`` is None for the first page.
    """

    limit: int
    after: list[Any] | None
    about: bytes

    @property
    def fetch(self) -> int:
        """How many rows to ask for: one more, to know whether there is a next page."""
        return self.limit + 1

    @property
    def before_id(self) -> int | None:
        """The key of a list whose key is one number, newest first."""
        return None if self.after is None else int(self.after[0])


def read_paging(request: Request, arguments: Mapping[str, Any]) -> Paging:
    """Return the page wanted by the loaded query ``arguments`` (a ``PageQuery``).

    Raises:
        CursorInvalidError: the cursor is not one of ours for this list and these filters.
    """
    about = _about(request)
    cursor = arguments["cursor"]
    after = None if cursor is None else _unseal(cursor, about)
    return Paging(arguments["limit"], after, about)


def page_of(
    rows: Sequence[Row], paging: Paging, *, key: Callable[[Row], Sequence[int | str]]
) -> dict[str, Any]:
    """Return ``{items, next}`` from up to ``paging.fetch`` rows.

    ``key`` gives the sort key of a row: numbers and texts that identify it in the order.
    """
    items = list(rows[: paging.limit])
    has_more = len(rows) > paging.limit
    return {"items": items, "next": _seal(list(key(items[-1])), paging.about) if has_more else None}


def _about(request: Request) -> bytes:
    filters = sorted(
        (name, value)
        for name, value in request.args.items(multi=True)
        if name not in {"cursor", "limit"}
    )
    return hashlib.sha256(json.dumps([request.path, filters]).encode()).digest()


def _seal(after: list[Any], about: bytes) -> str:
    text = json.dumps(after, separators=(",", ":"), ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(_mark(text, about) + text).rstrip(b"=").decode()


def _unseal(cursor: str, about: bytes) -> list[Any]:
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except ValueError:
        raw = b""
    mark, text = raw[:SEAL_BYTES], raw[SEAL_BYTES:]
    if not text or not hmac.compare_digest(mark, _mark(text, about)):
        raise CursorInvalidError(
            "Con trỏ trang không hợp lệ cho danh sách này.",
            "the cursor does not belong to this list and these filters",
            field="cursor",
        )
    found = json.loads(text)
    return list(found)


def _mark(text: bytes, about: bytes) -> bytes:
    key = doors().secret_key.encode()
    return hmac.digest(key, b"cursor" + about + text, "sha256")[:SEAL_BYTES]
