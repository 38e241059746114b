"""Endpoints of reports that offices hand in, as files."""

from __future__ import annotations

from typing import Any

from tthc.api.blueprint import Answer, Blueprint
from tthc.api.downloads import gives
from tthc.api.periods import read_place
from tthc.api.schemas.reports import CLOSED_REPORT_FILE, LAYOUTS, REPORT_FILE
from tthc.domain.accounts import Permission
from tthc.domain.moment import start_of_day
from tthc.jobs.reports import list_layouts
from tthc.services.report_files import MEDIA_TYPES
from tthc.serving.context import Call
from tthc.serving.reports import Asked, give_closed_report, give_report

bp = Blueprint("reports", __name__, url_prefix="/api/v1/reports", description="Báo cáo · reports")


@bp.get("", allow=Permission.METRICS_READ)
@bp.response(200, LAYOUTS)
def index(_call: Call) -> Answer:
    """List the reports there are: one for each layout."""
    return {"items": list_layouts()}


@bp.get("/<name>", allow=Permission.METRICS_READ)
@gives(bp, *MEDIA_TYPES.values())
@bp.arguments(REPORT_FILE, location="query")
def show(call: Call, wanted: dict[str, Any], name: str) -> Answer:
    """Give a report of a period: `format=xlsx` (the usual one) or `csv`.

    The same data, seen from the same moment, give the same bytes. Applicants are shown by
    initials, to whoever may read their dossiers.
    """
    as_of = start_of_day(wanted["as_of"]) if wanted["as_of"] else call.now
    asked = Asked(name, wanted["since"], wanted["until"], read_place(wanted), wanted["format"])
    return give_report(call, asked, as_of=as_of)


@bp.get("/<name>/closings/<int:closing_id>", allow=Permission.METRICS_READ)
@gives(bp, *MEDIA_TYPES.values())
@bp.arguments(CLOSED_REPORT_FILE, location="query")
def closed(call: Call, wanted: dict[str, Any], name: str, closing_id: int) -> Answer:
    """Give a report of a closed period with the numbers it was closed with."""
    which = (closing_id, wanted["report"])
    return give_closed_report(call, name, which, wanted["format"])
