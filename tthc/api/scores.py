"""Endpoints of the score after Quyết định 766/QĐ-TTg."""

from __future__ import annotations

from typing import Any

from flask import request

from tthc.api.blueprint import Answer, Blueprint, created
from tthc.api.paging import page_of, read_paging
from tthc.api.periods import read_period
from tthc.api.schemas.reported import FIGURE_QUERY, NEW_FIGURE, REPORTED_FIGURE, REPORTED_PAGE
from tthc.api.schemas.scores import PARTS, SCORE_QUERY, SCORE_SHEET
from tthc.domain import qd766
from tthc.domain.accounts import Permission
from tthc.domain.reported import NewFigure
from tthc.services.reported import list_figures, report_figure
from tthc.services.scores import measure_scores
from tthc.serving.context import Call

FIGURES = "/api/v1/scores/figures"

bp = Blueprint(
    "scores", __name__, url_prefix="/api/v1/scores", description="Điểm theo QĐ 766 · scores"
)


@bp.get("", allow=Permission.METRICS_READ)
@bp.response(200, SCORE_SHEET)
@bp.arguments(SCORE_QUERY, location="query")
def show(call: Call, wanted: dict[str, Any]) -> Answer:
    """Score a unit, or all of yours: each part with its counts; with `communes=true` their rank.

    The points are of `out_of`: a part without a figure has none, which is not 0.
    """
    period, as_of = read_period(wanted, now=call.now)
    unit_code, scope = wanted["unit_code"], call.actor.scope
    is_ranked = wanted["communes"]
    return measure_scores(
        call.session, unit_code, period, scope, as_of=as_of, with_communes=is_ranked
    )


@bp.get("/parts", allow=Permission.METRICS_READ)
@bp.response(200, PARTS)
def parts(_call: Call) -> Answer:
    """Tell every part of the score: maximum, formula, worth of an empty denominator, source."""
    return {"items": qd766.PARTS}


@bp.post("/figures", allow=Permission.FIGURES_REPORT, idempotent=True)
@bp.response(201, REPORTED_FIGURE)
@bp.arguments(NEW_FIGURE)
def report(call: Call, wanted: dict[str, Any]) -> Answer:
    """Report a figure that no dossier tells; with a reason correct an earlier one or take it back.

    What was reported stays: a correction is another row.
    """
    made = report_figure(call.session, NewFigure(**wanted), call.actor, now=call.now)
    return created(made, f"{FIGURES}?unit_code={made.unit_code}&figure={made.figure}")


@bp.get("/figures", allow=Permission.METRICS_READ)
@bp.response(200, REPORTED_PAGE)
@bp.arguments(FIGURE_QUERY, location="query")
def figures(call: Call, wanted: dict[str, Any]) -> Answer:
    """List what was reported of your units, newest first, with every correction."""
    paging = read_paging(request, wanted)
    rows = list_figures(
        call.session,
        call.actor,
        unit_code=wanted["unit_code"],
        figure=wanted["figure"],
        before_id=paging.before_id,
        limit=paging.fetch,
    )
    return page_of(rows, paging, key=lambda row: (row.id,))
