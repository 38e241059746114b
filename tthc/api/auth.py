"""From the Authorization header to somebody who may act."""

from __future__ import annotations

import re

from flask import Request

from tthc.api.policy import Access, Policy
from tthc.domain.accounts import Account, Actor
from tthc.domain.errors import AuthenticationError
from tthc.domain.scope import NOTHING

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


def actor_by(policy: Policy, account: Account) -> Actor:
    """Return the account as ``policy`` lets it act, or raise ForbiddenError."""
    if isinstance(policy, Access):
        return Actor(account.user_id, account.username, frozenset(), NOTHING)
    return account.acting(policy)
