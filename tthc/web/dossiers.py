"""The page of one dossier, and the forms of what may be done to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import Response, redirect, request, url_for
from marshmallow import ValidationError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import NotFound

from tthc.domain.accounts import Permission
from tthc.domain.errors import NotFoundError, TthcError
from tthc.domain.forms import FORM_NAMES
from tthc.domain.lifecycle import Action
from tthc.services.deadlines import explain_dossier
from tthc.services.dossiers import act_on_dossier, find_dossier, list_history
from tthc.services.forms import forms_of
from tthc.services.idempotency import KeyInFlightError
from tthc.services.reference import load_reference
from tthc.serving.context import Call
from tthc.serving.schemas.actions import BODIES
from tthc.web.actions import body_of, fields_of, may_issue, possible_actions
from tthc.web.forms import Faults, faults_of, key_of, new_key, plain, read_version, save_once
from tthc.web.pages import Page, Pages
from tthc.web.presenting import procedure_name, urgency_of
from tthc.web.rendering import render

pages = Pages("web_dossiers")


@pages.get("/desk/dossiers/<code>", allow=Permission.DOSSIER_READ)
def show(call: Call, code: str) -> Page:
    """Show one dossier in full: its persons, its events, its due date and what may be done."""
    sheet = find_dossier(call.session, code, call.actor)
    reference = load_reference(call.session)
    dossier = sheet.dossier
    events = list_history(call.session, code, call.actor)
    done = request.args.get("done", "")
    return render(
        "desk/dossier.html",
        call,
        dossier=dossier,
        parties=sheet.parties,
        procedure=procedure_name(reference, dossier.procedure_code),
        units=reference.units,
        urgency=urgency_of(dossier, now=call.now),
        told=explain_dossier(call.session, code, call.actor, now=call.now),
        events=events,
        forms=forms_of(call.session, dossier, events),
        form_names=FORM_NAMES,
        may_issue=may_issue(sheet, call.account),
        key=new_key(),
        actions=possible_actions(sheet, call.account, now=call.now),
        done=done if done in set(Action) else "",
    )


@pages.get("/desk/dossiers/<code>/actions/<name>", allow=Permission.DOSSIER_ACT)
def ask(call: Call, code: str, name: str) -> Page:
    """Show the form of one action, made on the version that is shown."""
    sheet = find_dossier(call.session, code, call.actor)
    version = str(sheet.dossier.version)
    return _form(call, code, _action(name), ({}, Faults(), version, new_key()))


@pages.post("/desk/dossiers/<code>/actions/<name>", allow=Permission.DOSSIER_ACT)
def take(call: Call, code: str, name: str) -> Page:
    """Take the action and lead back to the dossier; what is refused is shown beside its field."""
    action, given = _action(name), plain(request.form)
    actor = call.account.to_act(action)
    find_dossier(call.session, code, actor)
    version = request.form.get("_version", "")

    def act() -> Response:
        command = BODIES[action].load(body_of(action, given))
        told = replace(command, expected_version=read_version(version))
        act_on_dossier(call.session, code, (action, told), actor, now=call.now)
        place = url_for("web_dossiers.show_get", code=code, done=action.value)
        return redirect(place, 303)  # type: ignore[return-value]

    try:
        return save_once(call, request, act)
    except (NotFoundError, KeyInFlightError):
        raise
    except (TthcError, ValidationError, StaleDataError) as error:
        shown = frozenset(asked.name for asked in fields_of(action))
        faults = faults_of(error, shown)
        page = _form(call, code, action, (given, faults, version, key_of(request)))
        return Response(page, faults.status, mimetype="text/html")


Filled = tuple[Mapping[str, str], Faults, str, str]
"""What was typed, what is wrong with it, the version it was made on, the form's key."""


def _form(call: Call, code: str, action: Action, filled: Filled) -> str:
    given, faults, version, key = filled
    sheet = find_dossier(call.session, code, call.actor)
    reference = load_reference(call.session)
    mine = (sheet.dossier.resolving_unit, sheet.dossier.receiving_unit)
    units = sorted(reference.units.values(), key=lambda unit: (unit.code not in mine, unit.name))
    if not given and sheet.dossier.officer:
        given = {"officer": sheet.dossier.officer}
    return render(
        "desk/action.html",
        call,
        dossier=sheet.dossier,
        procedure=procedure_name(reference, sheet.dossier.procedure_code),
        action=action,
        asked=fields_of(action),
        given=given,
        faults=faults,
        version=version,
        key=key,
        units=[(unit.code, unit.name) for unit in units],
    )


def _action(name: str) -> Action:
    try:
        action = Action(name)
    except ValueError:
        raise NotFound from None
    if action not in BODIES:
        raise NotFound
    return action
