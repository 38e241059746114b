"""Endpoints of dossiers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import request

from tthc.api.blueprint import Answer, Blueprint, View, created, tagged
from tthc.api.paging import page_of, read_paging
from tthc.api.presenting import (
    dossier_as_data,
    dossier_as_row,
    explanation_as_data,
    stages_as_data,
)
from tthc.api.schemas.deadlines import DEADLINE
from tthc.api.schemas.notices import CONTACT, NOTICES
from tthc.api.schemas.stages import STAGES
from tthc.domain.accounts import Permission
from tthc.domain.lifecycle import Action
from tthc.domain.parties import Contact
from tthc.domain.receipt import NewDossier
from tthc.services.contacts import set_contact
from tthc.services.deadlines import explain_dossier
from tthc.services.dossiers import (
    Command,
    act_on_dossier,
    find_dossier,
    list_dossiers,
    list_history,
    lodge_dossier,
    make_filter,
)
from tthc.services.notices import show_notices
from tthc.services.stages import show_stages
from tthc.serving.context import Call
from tthc.serving.schemas.actions import BODIES
from tthc.serving.schemas.dossiers import (
    DOSSIER,
    DOSSIER_PAGE,
    DOSSIER_QUERY,
    HISTORY,
    NEW_DOSSIER,
)

bp = Blueprint("dossiers", __name__, url_prefix="/api/v1/dossiers", description="Hồ sơ · dossiers")


@bp.post("", allow=Permission.DOSSIER_RECEIVE, idempotent=True)
@bp.response(201, DOSSIER)
@bp.arguments(NEW_DOSSIER)
def lodge(call: Call, new: NewDossier) -> Answer:
    """Log a dossier. Its code and due date are in the answer.

    Handed in at the desk or by post it is received and its clock starts; lodged online it is
    registered and its clock starts when it is accepted.
    """
    sheet = lodge_dossier(call.session, new, call.actor, now=call.now)
    code, version = sheet.dossier.code, sheet.dossier.version
    return created(dossier_as_data(sheet, now=call.now), f"/api/v1/dossiers/{code}", version)


@bp.get("", allow=Permission.DOSSIER_READ)
@bp.response(200, DOSSIER_PAGE)
@bp.arguments(DOSSIER_QUERY, location="query")
def index(call: Call, arguments: dict[str, Any]) -> Answer:
    """List the dossiers of your units, newest first, personal data masked."""
    paging = read_paging(request, arguments)
    wanted = make_filter(arguments, now=call.now)
    sheets = list_dossiers(
        call.session, wanted, call.actor, before_id=paging.before_id, limit=paging.fetch
    )
    page = page_of(sheets, paging, key=lambda sheet: (sheet.dossier.id,))
    return page | {"items": [dossier_as_row(sheet, now=call.now) for sheet in page["items"]]}


@bp.get("/<code>", allow=Permission.DOSSIER_READ)
@bp.response(200, DOSSIER)
def show(call: Call, code: str) -> Answer:
    """Show one dossier in full."""
    sheet = find_dossier(call.session, code, call.actor)
    return tagged(dossier_as_data(sheet, now=call.now), sheet.dossier.version)


@bp.get("/<code>/events", allow=Permission.DOSSIER_READ)
@bp.response(200, HISTORY)
def history(call: Call, code: str) -> Answer:
    """Show everything that happened to a dossier, oldest first."""
    return {"items": list_history(call.session, code, call.actor)}


@bp.get("/<code>/deadline", allow=Permission.DOSSIER_READ)
@bp.response(200, DEADLINE)
def deadline(call: Call, code: str) -> Answer:
    """Show when a dossier is due, and why."""
    return explanation_as_data(explain_dossier(call.session, code, call.actor, now=call.now))


@bp.get("/<code>/stages", allow=Permission.DOSSIER_READ)
@bp.response(200, STAGES)
def stages(call: Call, code: str) -> Answer:
    """Show where a dossier is among its stages, which are behind, and whose its lateness is."""
    return stages_as_data(show_stages(call.session, code, call.actor, now=call.now))


@bp.get("/<code>/notices", allow=Permission.DOSSIER_READ)
@bp.response(200, NOTICES)
def notices(call: Call, code: str) -> Answer:
    """Show what the applicant was told or is to be told, and whether it left."""
    return show_notices(call.session, code, call.actor)


@bp.post(
    "/<code>/actions/set_contact", allow=Permission.DOSSIER_ACT, idempotent=True, if_match=True
)
@bp.response(200, DOSSIER)
@bp.arguments(CONTACT)
def change_contact(call: Call, wanted: tuple[Contact, Command], code: str) -> Answer:
    """Say where the applicant is told from now on, or that they want to hear nothing more.

    Notices that wait go to the new address; those given up are tried there.
    """
    contact, command = wanted
    actor = call.account.to_act(Action.SET_CONTACT)
    order = (contact, replace(command, expected_version=call.version))
    sheet = set_contact(call.session, code, order, actor, now=call.now)
    return tagged(dossier_as_data(sheet, now=call.now), sheet.dossier.version)


def _acting(action: Action) -> View:
    def act(call: Call, command: Command, code: str) -> Answer:
        actor = call.account.to_act(action)
        told = replace(command, expected_version=call.version)
        sheet = act_on_dossier(call.session, code, (action, told), actor, now=call.now)
        return tagged(dossier_as_data(sheet, now=call.now), sheet.dossier.version)

    act.__name__ = action.value
    act.__doc__ = f"{action.value.replace('_', ' ').capitalize()} a dossier."
    return act


for _action, _body in BODIES.items():
    _view = bp.arguments(_body)(_acting(_action))
    bp.post(
        f"/<code>/actions/{_action.value}",
        allow=Permission.DOSSIER_ACT,
        idempotent=True,
        if_match=True,
    )(bp.response(200, DOSSIER)(_view))
