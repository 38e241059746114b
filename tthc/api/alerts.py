"""Endpoints of alerts."""

from __future__ import annotations

from typing import Any

from flask import request

from tthc.api.blueprint import Answer, Blueprint
from tthc.api.context import Call
from tthc.api.paging import page_of, read_paging
from tthc.api.schemas.alerts import ALERT_PAGE, ALERT_QUERY
from tthc.domain.accounts import Permission
from tthc.services.alerts import list_alerts

bp = Blueprint("alerts", __name__, url_prefix="/api/v1/alerts", description="Cảnh báo · alerts")


@bp.get("", allow=Permission.ALERTS_READ)
@bp.response(200, ALERT_PAGE)
@bp.arguments(ALERT_QUERY, location="query")
def index(call: Call, arguments: dict[str, Any]) -> Answer:
    """List the alerts of your units, newest first."""
    paging = read_paging(request, arguments)
    rows = list_alerts(
        call.session,
        call.actor,
        unit_code=arguments["unit_code"],
        rung=arguments["rung"],
        before_id=paging.before_id,
        limit=paging.fetch,
    )
    return page_of(rows, paging, key=lambda row: (row.id,))
