"""The rungs of alerts, of the nation and of units that have their own."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from tthc.domain.ladder import Ladders, Rung
from tthc.storage.queries.reference import list_rungs


def load_ladders(session: Session, parents: Mapping[str, str | None]) -> Ladders:
    """Return every ladder; ``parents`` gives the province of each unit."""
    rungs: dict[str | None, list[Rung]] = {}
    for row in list_rungs(session):
        audience = tuple(row.audience.split("|"))
        rung = Rung(row.code, row.kind, row.amount, audience, row.is_urgent)
        rungs.setdefault(row.unit_code, []).append(rung)
    return Ladders(rungs, parents)
