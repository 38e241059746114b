"""Counts of several periods by any one thing that dossiers differ in: one statement for all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Integer, String, cast, func, literal, select, union_all
from sqlalchemy.orm import Session

from tthc.domain.dimensions import Dimension
from tthc.domain.metrics import Period, Tally
from tthc.domain.standing import tally_standings
from tthc.storage.queries.metrics import Key, find_event_head, standings_of
from tthc.storage.queries.then import officer_then
from tthc.storage.tables.dossiers import Dossier, DossierEvent

Parts = dict[str | None, Tally]


def tally_series(
    session: Session,
    periods: Sequence[Period],
    units: Collection[str | None] | None,
    dimension: Dimension,
) -> tuple[list[Parts], int]:
    """Count the dossiers of each period by ``dimension``, and return the newest event's id.

    All of it is seen at one moment. The key None holds the dossiers of which the thing is not
    known; parts without a dossier are absent.
    """
    branches = []
    for number, period in enumerate(periods):
        for standings in standings_of(period, units, _key(dimension, period.at)):
            part = standings.subquery()
            place = literal(number, Integer).label("place")
            branches.append(select(place, part.c.key, part.c.standing))
    every = union_all(*branches).subquery("every")
    head = select(func.max(DossierEvent.id)).scalar_subquery()
    query = select(every.c.place, every.c.key, func.array_agg(every.c.standing), head)
    query = query.group_by(every.c.place, every.c.key)
    found: list[Parts] = [{} for _ in periods]
    event_head = None
    for place, key, standings, newest in session.execute(
        query.group_by(every.c.place, every.c.key)
    ):
        found[place][key] = tally_standings(standings)
        event_head = newest
    return found, find_event_head(session) if event_head is None else event_head


def _key(dimension: Dimension, at: datetime) -> Key:
    if dimension is Dimension.OFFICER:
        return officer_then(at)
    return {
        Dimension.UNIT: Dossier.resolving_unit,
        Dimension.RECEIVING_UNIT: Dossier.receiving_unit,
        Dimension.PROCEDURE: Dossier.procedure_code,
        Dimension.FIELD: Dossier.procedure_code,
        Dimension.CHANNEL: cast(Dossier.channel, String),
        Dimension.SUBMITTED_BY: cast(Dossier.submitted_by, String),
    }[dimension]
