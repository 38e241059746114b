"""Endpoints of one's own contact points."""

from __future__ import annotations

from typing import Any

from tthc.api.blueprint import Answer, Blueprint, created
from tthc.api.schemas.contact_points import CONTACT_POINT, CONTACT_POINTS, NEW_CONTACT_POINT
from tthc.services.contact_points import (
    NewContactPoint,
    add_contact_point,
    list_contact_points,
    remove_contact_point,
)
from tthc.serving.context import Call, doors
from tthc.serving.policy import Access

URL = "/api/v1/contact-points"

bp = Blueprint(
    "contact_points", __name__, url_prefix=URL, description="Kênh nhận tin · contact points"
)


@bp.get("", allow=Access.SIGNED_IN)
@bp.response(200, CONTACT_POINTS)
def index(call: Call) -> Answer:
    """List where you are told of alerts besides mail, and the channels there are."""
    items = list_contact_points(call.session, call.account.username)
    return {"items": items, "channels": sorted(doors().channels)}


@bp.post("", allow=Access.SIGNED_IN, idempotent=True)
@bp.response(201, CONTACT_POINT)
@bp.arguments(NEW_CONTACT_POINT)
def add(call: Call, wanted: dict[str, Any]) -> Answer:
    """Be told by a channel too, of what is raised from now on."""
    new = NewContactPoint(call.account.username, **wanted)
    made = add_contact_point(call.session, new, doors().channels, now=call.now)
    return created(made, f"{URL}/{made.channel}")


@bp.delete("/<channel>", allow=Access.SIGNED_IN)
@bp.response(204)
def remove(call: Call, channel: str) -> None:
    """Be told by a channel no more."""
    remove_contact_point(call.session, call.account.username, channel)
