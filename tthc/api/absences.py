"""Endpoints of being away."""

from __future__ import annotations

from typing import Any

from tthc.api.blueprint import Answer, Blueprint, created
from tthc.api.schemas.absences import ABSENCE, ABSENCES, NEW_ABSENCE
from tthc.services.absences import NewAbsence, cancel_absence, list_absences, record_absence
from tthc.serving.context import Call
from tthc.serving.policy import Access
from tthc.serving.schemas.actions import EMPTY

URL = "/api/v1/absences"

bp = Blueprint("absences", __name__, url_prefix=URL, description="Nghỉ, ủy quyền · being away")


@bp.get("", allow=Access.SIGNED_IN)
@bp.response(200, ABSENCES)
def index(call: Call) -> Answer:
    """List who is or will be away: yourself, and the people of the units you lead."""
    return {"items": list_absences(call.session, call.opened.account, now=call.now)}


@bp.post("", allow=Access.SIGNED_IN, idempotent=True)
@bp.response(201, ABSENCE)
@bp.arguments(NEW_ABSENCE)
def record(call: Call, wanted: dict[str, Any]) -> Answer:
    """Say that you, or somebody of a unit you lead, are away; the deputy hears of alerts then."""
    account = call.opened.account
    new = NewAbsence(**wanted | {"username": wanted["username"] or account.username})
    return created(record_absence(call.session, new, account, now=call.now), URL)


@bp.post("/<int:absence_id>/actions/cancel", allow=Access.SIGNED_IN, idempotent=True)
@bp.response(204)
@bp.arguments(EMPTY)
def cancel(call: Call, _nothing: dict[str, Any], absence_id: int) -> None:
    """Take an absence back; from now on the person hears again."""
    cancel_absence(call.session, absence_id, call.opened.account, now=call.now)
