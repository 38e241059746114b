"""What is too large or too odd to be looked at, in any part of a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Request
from werkzeug.exceptions import (
    NotFound,
    RequestEntityTooLarge,
    RequestHeaderFieldsTooLarge,
    RequestURITooLarge,
    UnsupportedMediaType,
)

from tthc.serving.schemas.fields import is_plain_text

MIB = 1024 * 1024
JSON_LIMIT = MIB
LONGEST_QUERY = 4096
LONGEST_PATH_PART = 200
MOST_HEADERS = 64


class WrongMediaTypeError(UnsupportedMediaType):
    """The body is of none of the media types that the route takes."""

    def __init__(self, *wanted: str) -> None:
        super().__init__()
        self.wanted = ", ".join(wanted)


def check_size(request: Request, *, limit: int) -> None:
    """Refuse a request that is too large in any part, and read its body within ``limit``.

    Reading happens here, before anything is opened for the request, so that a slow sender
    holds no database connection.
    """
    if len(request.query_string) > LONGEST_QUERY:
        raise RequestURITooLarge
    if len(request.headers) > MOST_HEADERS:
        raise RequestHeaderFieldsTooLarge
    request.max_content_length = limit + 1  # one more, or a chunked body is cut off unseen
    has_body = request.method in {"POST", "PUT", "PATCH", "DELETE"}
    if has_body and len(request.get_data()) > limit:
        raise RequestEntityTooLarge


def check_path(path: Mapping[str, Any]) -> None:
    """Refuse a path part that names nothing: control characters, or far too long."""
    for part in path.values():
        text = str(part)
        if len(text) > LONGEST_PATH_PART or not is_plain_text(text) or "\ufffd" in text:
            raise NotFound
