"""Endpoints of the score after Quyết định 766/QĐ-TTg."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tthc.api.blueprint import Answer, Blueprint
from tthc.api.periods import read_period
from tthc.api.schemas.scores import PARTS, SCORE_QUERY, SCORE_SHEET
from tthc.domain import qd766
from tthc.domain.accounts import Permission
from tthc.services.scores import measure_scores
from tthc.serving.context import Call

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
    sheet = measure_scores(call.session, unit_code, period, scope, as_of=as_of)
    return sheet if wanted["communes"] else replace(sheet, rows=None)


@bp.get("/parts", allow=Permission.METRICS_READ)
@bp.response(200, PARTS)
def parts(_call: Call) -> Answer:
    """Tell every part of the score: maximum, formula, worth of an empty denominator, source."""
    return {"items": qd766.PARTS}
