"""Endpoints of the data-quality gate: what spoils the statistics, before they are reported."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

from flask import request

from tthc.api.blueprint import Answer, Blueprint
from tthc.api.paging import page_of, read_paging
from tthc.api.periods import read_period, read_place
from tthc.api.schemas.evidence import PLACE
from tthc.api.schemas.quality import QUALITY, RULES, SPOILERS, SPOILERS_QUERY
from tthc.domain import quality
from tthc.domain.accounts import Permission
from tthc.services.evidence import MOST_AT_ONCE
from tthc.services.quality import QualitySheet, inspect
from tthc.serving.context import Call

bp = Blueprint(
    "quality", __name__, url_prefix="/api/v1/quality", description="Chất lượng dữ liệu · quality"
)


@bp.get("", allow=Permission.METRICS_READ)
@bp.response(200, QUALITY)
@bp.arguments(PLACE, location="query")
def sheet(call: Call, wanted: dict[str, Any]) -> Answer:
    """Count the dossiers that spoil the statistics of a period, by unit and rule."""
    return _inspect(call, wanted)


@bp.get("/dossiers", allow=Permission.METRICS_READ)
@bp.response(200, SPOILERS)
@bp.arguments(SPOILERS_QUERY, location="query")
def dossiers(call: Call, wanted: dict[str, Any]) -> Answer:
    """List the dossiers that spoil the statistics, by code, once for each rule they break."""
    paging = read_paging(request, wanted)
    found = [f for f in _inspect(call, wanted).findings if wanted["rule"] in {None, f.rule}]
    begin = 0
    if paging.after is not None:
        begin = bisect_right(found, tuple(paging.after), key=lambda f: (f.code, f.rule))
    return page_of(
        found[begin : begin + paging.fetch], paging, key=lambda row: (row.code, row.rule)
    )


@bp.get("/rules", allow=Permission.METRICS_READ)
@bp.response(200, RULES)
def rules(_call: Call) -> Answer:
    """Tell what each rule says."""
    return {"items": quality.RULES}


def _inspect(call: Call, wanted: dict[str, Any]) -> QualitySheet:
    period, as_of = read_period(wanted, now=call.now)
    place, scope = read_place(wanted), call.actor.scope
    return inspect(call.session, period, place, scope, as_of=as_of, most=MOST_AT_ONCE)
