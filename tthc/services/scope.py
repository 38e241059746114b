"""Narrowing what somebody may see to the part they asked for."""

from __future__ import annotations

from tthc.domain.errors import NotFoundError
from tthc.domain.scope import Scope


def within(scope: Scope, unit_code: str) -> Scope:
    """Return ``scope`` narrowed to one unit.

    Raises:
        NotFoundError: the unit is not covered; the answer is that of a unit that is not there.
    """
    if not scope.covers(unit_code):
        raise NotFoundError("Không tìm thấy đơn vị.", "there is no such unit")
    return Scope(units=frozenset({unit_code}))
