"""Reporting figures that no dossier tells. What was reported stays; a correction is another row."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from tthc.domain.accounts import Actor
from tthc.domain.reported import NewFigure, check_figure, check_turn
from tthc.domain.scoring import Measure
from tthc.services.metrics import make_period
from tthc.services.scope import whole_unit
from tthc.storage.queries import reported as queries
from tthc.storage.queries.reported import Days
from tthc.storage.tables.reported import ReportedFigure

FigureEntry = ReportedFigure
"""A figure as it was reported."""


def report_figure(session: Session, new: NewFigure, actor: Actor, *, now: datetime) -> FigureEntry:
    """Write down a figure of one of the actor's units, or correct or take back an earlier one.

    Raises:
        NotFoundError: no such unit, or outside the actor's scope.
        PeriodInvalidError: the period is empty, or has not begun.
        FigureUnknownError, FigureCountedError, FigureImpossibleError: the figure is none.
        FigureReportedError, NoFigureError: a reason is missing; there is nothing to correct.
    """
    whole_unit(session, actor.scope, new.unit_code)
    make_period(new.since, new.until, now)
    check_figure(new)
    days = Days(new.since, new.until)
    newest = queries.find_newest(session, new.figure, new.unit_code, days)
    check_turn(new, None if newest is None else Measure(newest.numerator, newest.denominator))
    made = ReportedFigure(
        figure=new.figure,
        unit_code=new.unit_code,
        since_on=new.since,
        until_on=new.until,
        number=0 if newest is None else newest.number + 1,
        numerator=new.numerator,
        denominator=new.denominator,
        source=new.source,
        reason=new.reason,
        entered_by=actor.username,
        entered_at=now,
    )
    session.add(made)
    session.flush()
    return made


def list_figures(
    session: Session,
    actor: Actor,
    *,
    unit_code: str | None = None,
    figure: str | None = None,
    before_id: int | None = None,
    limit: int,
) -> Sequence[FigureEntry]:
    """Return what was reported of the actor's units, or of one and those below it, newest first.

    Raises:
        NotFoundError: no such unit, or outside the actor's scope.
    """
    scope = actor.scope
    if unit_code is not None:
        scope = whole_unit(session, scope, unit_code)
    units: Collection[str] | None = None if scope.everything else scope.units
    return queries.list_reported(session, units, figure=figure, before_id=before_id, limit=limit)
