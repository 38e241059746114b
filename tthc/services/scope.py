"""Narrowing what somebody may see to the part they asked for."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tthc.domain.errors import NotFoundError
from tthc.domain.scope import Scope
from tthc.services.reference import load_reference


def within(scope: Scope, unit_code: str) -> Scope:
    """Return ``scope`` narrowed to one unit.

    Raises:
        NotFoundError: the unit is not covered; the answer is that of a unit that is not there.
    """
    if not scope.covers(unit_code):
        raise unit_not_found()
    return Scope(units=frozenset({unit_code}))


def whole_unit(session: Session, scope: Scope, unit_code: str) -> Scope:
    """Return the scope of a unit and of those below it: a province stands for its communes.

    Raises:
        NotFoundError: no such unit, or not covered: the answers are the same.
    """
    units = load_reference(session).units
    if unit_code not in units or not scope.covers(unit_code):
        raise unit_not_found()
    below = (unit.code for unit in units.values() if unit.parent_code == unit_code)
    return Scope(units=frozenset({unit_code, *below}))


def unit_not_found() -> NotFoundError:
    """Return the refusal of a unit that is not there, or not the caller's to see."""
    return NotFoundError("Không tìm thấy đơn vị.", "there is no such unit")
