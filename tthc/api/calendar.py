"""Endpoints of the working calendar and of the campaigns that change it."""

from __future__ import annotations

from typing import Any

from flask import request

from tthc.api.blueprint import Answer, Blueprint, Decorator, created, tagged
from tthc.api.paging import page_of, read_paging
from tthc.api.schemas.calendar import (
    CALENDAR,
    CALENDAR_QUERY,
    CAMPAIGN,
    CAMPAIGN_PAGE,
    CAMPAIGN_QUERY,
    MOVED_PAGE,
    NEW_CAMPAIGN_QUERY,
)
from tthc.domain.accounts import Permission
from tthc.services.calendars import describe_year
from tthc.services.campaigns import (
    CampaignSheet,
    approve_campaign,
    find_campaign,
    list_campaigns,
    list_moved,
    preview_again,
    propose_campaign,
    withdraw_campaign,
)
from tthc.services.decisions import LONGEST_FILE, DecisionFile, read_decision
from tthc.services.reference import load_reference
from tthc.serving.context import Call
from tthc.serving.limits import WrongMediaTypeError
from tthc.serving.schemas.actions import EMPTY

MEDIA_TYPES = ("text/csv", "text/calendar")
DECISION_BODY = {
    "required": True,
    "content": {
        name: {"schema": {"type": "string", "maxLength": LONGEST_FILE}} for name in MEDIA_TYPES
    },
}

bp = Blueprint(
    "calendar", __name__, url_prefix="/api/v1/calendar", description="Lịch làm việc · calendar"
)

takes_decision: Decorator = bp.doc(requestBody=DECISION_BODY)


@bp.get("", allow=Permission.REFERENCE_READ)
@bp.response(200, CALENDAR)
@bp.arguments(CALENDAR_QUERY, location="query")
def year(call: Call, wanted: dict[str, Any]) -> Answer:
    """Show the special days of a year that hold for a unit, its own over its province's."""
    reference = load_reference(call.session)
    if wanted["unit_code"]:
        reference.unit(wanted["unit_code"])
    return describe_year(reference.calendars, wanted["unit_code"], wanted["year"])


@bp.post("/campaigns", allow=Permission.REFERENCE_WRITE, idempotent=True, body_limit=LONGEST_FILE)
@bp.response(202, CAMPAIGN)
@bp.arguments(NEW_CAMPAIGN_QUERY, location="query")
@takes_decision
def propose(call: Call, wanted: dict[str, Any]) -> Answer:
    """Hand in a decision that changes the calendar (`text/csv` or `text/calendar`, ≤ 256 KiB).

    CSV has the columns day, kind (NGHI, LAM_BU, BO) and name. Nothing changes yet: a worker
    computes what it moves, then a second person approves it.
    """
    if request.mimetype not in MEDIA_TYPES:
        raise WrongMediaTypeError(*MEDIA_TYPES)
    is_icalendar = request.mimetype == "text/calendar"
    decision = read_decision(DecisionFile(request.get_data(), is_icalendar, **wanted))
    sheet = propose_campaign(call.session, decision, call.actor, now=call.now)
    location = f"/api/v1/calendar/campaigns/{sheet.campaign.id}"
    return created(sheet, location, sheet.campaign.version)


@bp.get("/campaigns", allow=Permission.REFERENCE_READ)
@bp.response(200, CAMPAIGN_PAGE)
@bp.arguments(CAMPAIGN_QUERY, location="query")
def index(call: Call, arguments: dict[str, Any]) -> Answer:
    """List the campaigns of the nation and of your units, newest first."""
    paging = read_paging(request, arguments)
    found = list_campaigns(call.session, call.actor, before_id=paging.before_id, limit=paging.fetch)
    return page_of(found, paging, key=lambda sheet: (sheet.campaign.id,))


@bp.get("/campaigns/<int:campaign_id>", allow=Permission.REFERENCE_READ)
@bp.response(200, CAMPAIGN)
def show(call: Call, campaign_id: int) -> Answer:
    """Show a campaign with its days and how many open dossiers it moves, by commune."""
    return _tagged(find_campaign(call.session, campaign_id, call.actor))


@bp.get("/campaigns/<int:campaign_id>/dossiers", allow=Permission.DOSSIER_READ)
@bp.response(200, MOVED_PAGE)
@bp.arguments(CAMPAIGN_QUERY, location="query")
def moved(call: Call, arguments: dict[str, Any], campaign_id: int) -> Answer:
    """List your dossiers that a campaign moves; the slips printed for them are wrong."""
    paging = read_paging(request, arguments)
    after = 0 if paging.after is None else int(paging.after[0])
    found = list_moved(call.session, campaign_id, call.actor, after_id=after, limit=paging.fetch)
    page = page_of(found, paging, key=lambda pair: (pair[0].dossier_id,))
    rows = [
        {
            "code": code,
            "unit_code": move.unit_code,
            "due_before": move.due_before,
            "due_after": move.due_after,
            "turn": move.turn,
            "applied_at": move.applied_at,
        }
        for move, code in page["items"]
    ]
    return page | {"items": rows}


def _step(name: str) -> Decorator:
    return bp.post(
        f"/campaigns/<int:campaign_id>/actions/{name}",
        allow=Permission.REFERENCE_WRITE,
        idempotent=True,
        if_match=True,
    )


@_step("preview")
@bp.response(200, CAMPAIGN)
@bp.arguments(EMPTY)
def preview(call: Call, _nothing: dict[str, Any], campaign_id: int) -> Answer:
    """Have a draft computed anew, against the calendar and the dossiers as they are now."""
    sheet = preview_again(call.session, campaign_id, call.actor, call.version, now=call.now)
    return _tagged(sheet)


@_step("approve")
@bp.response(200, CAMPAIGN)
@bp.arguments(EMPTY)
def approve(call: Call, _nothing: dict[str, Any], campaign_id: int) -> Answer:
    """Make the decision the calendar; by somebody else than who proposed it.

    New dossiers count by it at once, a worker moves the open ones. Closed ones stay.
    """
    sheet = approve_campaign(call.session, campaign_id, call.actor, call.version, now=call.now)
    return _tagged(sheet)


@_step("withdraw")
@bp.response(200, CAMPAIGN)
@bp.arguments(EMPTY)
def withdraw(call: Call, _nothing: dict[str, Any], campaign_id: int) -> Answer:
    """Give a draft up."""
    return _tagged(withdraw_campaign(call.session, campaign_id, call.actor, call.version))


def _tagged(sheet: CampaignSheet) -> Answer:
    return tagged(sheet, sheet.campaign.version)
