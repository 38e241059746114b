"""Who may come through a route. Every route declares one policy; a test walks them all."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, TypeVar

from tthc.domain.accounts import Account, Actor, Permission
from tthc.domain.scope import NOTHING


class Access(Enum):
    """A policy that names no permission."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"


Policy = Permission | Access
View = TypeVar("View", bound=Callable[..., Any])


def declare(policy: Policy) -> Callable[[View], View]:
    """Declare the policy of a plain Flask view, which enforces nothing: so PUBLIC only."""

    def note(view: View) -> View:
        view.policy = policy  # type: ignore[attr-defined]
        return view

    return note


def declared_policy(view: Callable[..., Any]) -> Policy | None:
    """Return the policy a view declared, or None."""
    found = getattr(view, "policy", None)
    return found if isinstance(found, Permission | Access) else None


def actor_by(policy: Policy, account: Account) -> Actor:
    """Return the account as ``policy`` lets it act, or raise ForbiddenError."""
    if isinstance(policy, Access):
        return Actor(account.user_id, account.username, frozenset(), NOTHING)
    return account.acting(policy)
