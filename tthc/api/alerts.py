"""Endpoints of alerts."""

from __future__ import annotations

from typing import Any

from flask import request

from tthc.api.blueprint import Answer, Blueprint
from tthc.api.paging import page_of, read_paging
from tthc.api.schemas.alerts import ALERT, ALERT_PAGE, ALERT_QUERY
from tthc.domain.accounts import Permission
from tthc.services.alert_lists import AlertPage, list_alerts
from tthc.services.answers import Snooze, acknowledge_alert, snooze_alert
from tthc.serving.context import Call
from tthc.serving.schemas.actions import EMPTY
from tthc.serving.schemas.answers import SNOOZE

bp = Blueprint("alerts", __name__, url_prefix="/api/v1/alerts", description="Cảnh báo · alerts")


@bp.get("", allow=Permission.ALERTS_READ)
@bp.response(200, ALERT_PAGE)
@bp.arguments(ALERT_QUERY, location="query")
def index(call: Call, arguments: dict[str, Any]) -> Answer:
    """List the alerts of your units, newest first."""
    paging = read_paging(request, arguments)
    wanted = AlertPage(arguments["unit_code"], arguments["rung"], paging.before_id, paging.fetch)
    rows = list_alerts(call.session, wanted, call.actor, now=call.now)
    return page_of(rows, paging, key=lambda row: (row.id,))


@bp.post("/<int:alert_id>/actions/acknowledge", allow=Permission.ALERTS_ACT, idempotent=True)
@bp.response(200, ALERT)
@bp.arguments(EMPTY)
def acknowledge(call: Call, _nothing: dict[str, Any], alert_id: int) -> Answer:
    """Say that somebody knows; nobody is told again until it reaches somebody higher.

    Done twice, by anybody, the first one stands.
    """
    return acknowledge_alert(call.session, alert_id, call.actor, now=call.now)


@bp.post("/<int:alert_id>/actions/snooze", allow=Permission.ALERTS_ACT, idempotent=True)
@bp.response(200, ALERT)
@bp.arguments(SNOOZE)
def snooze(call: Call, wanted: dict[str, Any], alert_id: int) -> Answer:
    """Let nobody hear of this kind of alert until a day, at most 5 working days ahead."""
    return snooze_alert(call.session, alert_id, Snooze(**wanted), call.actor, now=call.now)
