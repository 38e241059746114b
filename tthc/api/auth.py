"""The token in the Authorization header."""

from __future__ import annotations

import re

from flask import Request

from tthc.domain.errors import AuthenticationError

_BEARER = re.compile(r"Bearer +([A-Za-z0-9_-]{43})", re.ASCII | re.IGNORECASE)


class NotSignedInError(AuthenticationError):
    """The request carries no well-formed bearer token."""

    code = "not_authenticated"


def bearer_token(request: Request) -> str:
    """Return the token of the request without looking it up.

    Raises:
        NotSignedInError: there is none, or it cannot be one of ours.
    """
    found = _BEARER.fullmatch(request.headers.get("Authorization", ""))
    if found is None:
        raise NotSignedInError(
            "Cần đăng nhập: gửi tiêu đề Authorization: Bearer <token>.",
            "sign in first: send the header Authorization: Bearer <token>",
        )
    return found[1]
