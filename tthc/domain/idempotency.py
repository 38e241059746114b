"""What a repeated request is recognised by."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeyOwner:
    """What a key is unique within: never shared between users, methods or routes."""

    user_id: int
    method: str
    route: str
    key: str
