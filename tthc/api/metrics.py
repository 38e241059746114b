"""Endpoints of the indicators."""

from __future__ import annotations

from typing import Any

from flask import Response

from tthc.api.blueprint import Answer, Blueprint
from tthc.api.measured import sheet_as_json
from tthc.api.periods import read_period
from tthc.api.schemas.alerts import ALERT_PEOPLE, ALERT_QUALITY
from tthc.api.schemas.metrics import DEFINITIONS, PERIOD, SERIES, SERIES_QUERY, SHEET
from tthc.api.schemas.satisfaction import SATISFACTION
from tthc.api.schemas.stages import LATENESS
from tthc.domain import metrics
from tthc.domain.accounts import Permission
from tthc.services.alert_people import measure_people
from tthc.services.alert_quality import measure_alerts
from tthc.services.lateness import attribute_lateness
from tthc.services.metrics import measure_communes, measure_unit
from tthc.services.satisfaction import measure_satisfaction
from tthc.services.series import Cut, measure_series
from tthc.serving.context import Call

bp = Blueprint("metrics", __name__, url_prefix="/api/v1/metrics", description="Chỉ số · indicators")


@bp.get("/communes", allow=Permission.METRICS_READ)
@bp.response(200, SHEET)
@bp.arguments(PERIOD, location="query")
def communes(call: Call, wanted: dict[str, Any]) -> Answer:
    """Count the dossiers of a period by resolving commune, each figure with its proof."""
    period, as_of = read_period(wanted, now=call.now)
    sheet = measure_communes(call.session, period, call.actor.scope, as_of=as_of)
    return Response(sheet_as_json(sheet), mimetype="application/json")


@bp.get("/communes/<unit_code>", allow=Permission.METRICS_READ)
@bp.response(200, SHEET)
@bp.arguments(PERIOD, location="query")
def commune(call: Call, wanted: dict[str, Any], unit_code: str) -> Answer:
    """Count one unit's dossiers of a period; a province pools its communes."""
    period, as_of = read_period(wanted, now=call.now)
    return measure_unit(call.session, unit_code, period, call.actor.scope, as_of=as_of)


@bp.get("/series", allow=Permission.METRICS_READ)
@bp.response(200, SERIES)
@bp.arguments(SERIES_QUERY, location="query")
def series(call: Call, wanted: dict[str, Any]) -> Answer:
    """Count the periods of a stretch of days by unit, field, procedure, channel or officer."""
    _, as_of = read_period(wanted, now=call.now)
    units = wanted["units"].split(",") if wanted["units"] else None
    cut = Cut(wanted["since"], wanted["until"], wanted["step"], wanted["by"], units)
    return measure_series(call.session, cut, call.actor.scope, as_of=as_of)


@bp.get("/lateness", allow=Permission.METRICS_READ)
@bp.response(200, LATENESS)
@bp.arguments(PERIOD, location="query")
def lateness(call: Call, wanted: dict[str, Any]) -> Answer:
    """Share the late working minutes of what ended in a period over units, agencies and stages."""
    period, as_of = read_period(wanted, now=call.now)
    return attribute_lateness(call.session, period, call.actor.scope, as_of=as_of)


@bp.get("/alerts", allow=Permission.METRICS_READ)
@bp.response(200, ALERT_QUALITY)
@bp.arguments(PERIOD, location="query")
def alerts(call: Call, wanted: dict[str, Any]) -> Answer:
    """Count what became of the alerts raised in a period, by unit and rung."""
    period, as_of = read_period(wanted, now=call.now)
    return measure_alerts(call.session, period, call.actor.scope, as_of=as_of)


@bp.get("/alerts/people", allow=Permission.METRICS_READ)
@bp.response(200, ALERT_PEOPLE)
@bp.arguments(PERIOD, location="query")
def alert_people(call: Call, wanted: dict[str, Any]) -> Answer:
    """Count what each person was told of the alerts of a period, and did; name the unreachable."""
    period, as_of = read_period(wanted, now=call.now)
    return measure_people(call.session, period, call.actor.scope, as_of=as_of)


@bp.get("/satisfaction", allow=Permission.METRICS_READ)
@bp.response(200, SATISFACTION)
@bp.arguments(PERIOD, location="query")
def satisfaction(call: Call, wanted: dict[str, Any]) -> Answer:
    """Count the ratings that citizens gave in a period, by the unit that resolved."""
    period, as_of = read_period(wanted, now=call.now)
    return measure_satisfaction(call.session, period, call.actor.scope, as_of=as_of)


@bp.get("/definitions", allow=Permission.METRICS_READ)
@bp.response(200, DEFINITIONS)
def definitions(_call: Call) -> Answer:
    """Tell how each indicator is counted."""
    return {"items": metrics.DEFINITIONS}
