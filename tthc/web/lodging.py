"""Pages on which the desk logs a dossier."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, redirect, request, url_for
from marshmallow import ValidationError

from tthc.domain.accounts import Permission
from tthc.domain.catalogue import DEFAULT_CASE, ProcedureEntry
from tthc.domain.dossier import Channel, ReturnForm, SubmittedBy
from tthc.domain.errors import TthcError
from tthc.domain.parties import IdentityKind, SubjectKind
from tthc.services.deadlines import Explanation
from tthc.services.desk import Likeness, find_similar
from tthc.services.dossiers import lodge_dossier
from tthc.services.idempotency import KeyInFlightError
from tthc.services.promising import Wish, list_offers, promise, suggest_procedures
from tthc.services.reference import load_reference
from tthc.serving.context import Call
from tthc.serving.schemas.dossiers import NEW_DOSSIER
from tthc.web.forms import (
    Faults,
    faults_of,
    key_of,
    lines_of,
    nest,
    new_key,
    plain,
    save_once,
    whole_number,
)
from tthc.web.pages import Page, Pages
from tthc.web.rendering import choices, render

MOST_SUGGESTED = 12
NUMBERS = ("channel", "applicant.identity_kind", "applicant.subject_kind")
PLAIN_FIELDS = frozenset(
    {
        *("receiving_unit", "procedure_code", "case_code", "channel", "submitted_by"),
        *("applicant.name", "applicant.subject_kind", "applicant.identity_kind"),
        *("applicant.identity_number", "applicant.phone", "applicant.email"),
        "applicant.address",
        *("return_form", "summary"),
    }
)
FEE_NAME = "Phí, lệ phí"
"""What the one fee of the form is called where the desk says no more."""

pages = Pages("web_lodging")


@pages.get("/desk/new", allow=Permission.DOSSIER_RECEIVE)
def new(call: Call) -> Page:
    """Show an empty form."""
    return _form(call, {"channel": str(Channel.DIRECT.value)}, Faults(), new_key())


@pages.post("/desk/new", allow=Permission.DOSSIER_RECEIVE)
def save(call: Call) -> Page:
    """Log the dossier and lead to its slip; what is refused is shown beside its field."""
    given = plain(request.form)
    if "_find" in request.form:
        return _form(call, given, Faults(), key_of(request))
    try:
        return save_once(call, request, lambda: _saved(call, given))
    except KeyInFlightError:
        raise
    except (TthcError, ValidationError) as error:
        faults = faults_of(error, SHOWN)
        page = _form(call, given, faults, key_of(request))
        return Response(page, faults.status, mimetype="text/html")


def _saved(call: Call, given: Mapping[str, str]) -> Response:
    new_dossier = NEW_DOSSIER.load(_as_body(given))
    sheet = lodge_dossier(call.session, new_dossier, call.actor, now=call.now)
    place = url_for("web_slip.slip_get", code=sheet.dossier.code)
    return redirect(place, 303)  # type: ignore[return-value]


def _as_body(given: Mapping[str, str]) -> dict[str, Any]:
    """Return the form as the body of ``POST /api/v1/dossiers``."""
    flat: dict[str, Any] = {name: given[name] for name in given if name in PLAIN_FIELDS}
    flat |= {name: whole_number(flat[name]) for name in NUMBERS if name in flat}
    if "applicant.identity_number" not in flat:
        flat.pop("applicant.identity_kind", None)
    body = nest(flat)
    body.setdefault("applicant", {})
    body["papers"] = [{"name": line} for line in lines_of(given.get("papers", ""))]
    if amount := whole_number(given.get("fees.0.amount", "")):
        body["fees"] = [{"name": given.get("fees.0.name", FEE_NAME), "amount": amount}]
    return body


@pages.get("/desk/new/procedures", allow=Permission.DOSSIER_RECEIVE)
def procedures(call: Call) -> Page:
    """Suggest procedures while their name is being typed; with only one, show its terms too."""
    text = request.args.get("_search", "")[:100]
    found = suggest_procedures(call.session, text, now=call.now, limit=MOST_SUGGESTED)
    only = found[0] if len(found) == 1 else None
    given = {"procedure_code": only.code} if only else {}
    return render(
        "desk/procedures_fragment.html",
        call,
        found=found,
        searched=text,
        given=given,
        **(_terms(call, given) if only else {"cases": {}}),
    )


@pages.post("/desk/new/terms", allow=Permission.DOSSIER_RECEIVE)
def terms(call: Call) -> Page:
    """Show the cases and channels of the chosen procedure, and when it would be due."""
    given = plain(request.form)
    return render("desk/terms_fragment.html", call, given=given, **_terms(call, given))


@pages.post("/desk/new/due", allow=Permission.DOSSIER_RECEIVE)
def due(call: Call) -> Page:
    """Show when the dossier would be due, and why."""
    given = plain(request.form)
    promised, refusal = _promise(call, given)
    return render("desk/due_fragment.html", call, promised=promised, refusal=refusal)


@pages.post("/desk/new/similar", allow=Permission.DOSSIER_RECEIVE)
def similar(call: Call) -> Page:
    """Warn of dossiers that this one may repeat."""
    given = plain(request.form)
    name, code = given.get("applicant.name", ""), given.get("procedure_code", "")
    like = Likeness(code, name, given.get("applicant.identity_number"))
    found = find_similar(call.session, like, call.actor, now=call.now) if name and code else ()
    return render("desk/similar_fragment.html", call, found=found)


def _form(call: Call, given: Mapping[str, str], faults: Faults, key: str) -> str:
    return render(
        "desk/new.html",
        call,
        given=given,
        faults=faults,
        key=key,
        found=_found(call, given),
        searched=request.form.get("_search", ""),
        units=_desks(call),
        submitters=choices(SubmittedBy, "submitted_by"),
        return_forms=choices(ReturnForm, "return_form"),
        subjects=choices(SubjectKind, "subject"),
        identities=choices(IdentityKind, "identity"),
        **_terms(call, given),
    )


def _found(call: Call, given: Mapping[str, str]) -> list[ProcedureEntry]:
    """Return the procedures to choose from: those searched for, and the chosen one first."""
    text = request.form.get("_search", "")[:100]
    found = suggest_procedures(call.session, text, now=call.now, limit=MOST_SUGGESTED)
    chosen = load_reference(call.session).procedures.get(given.get("procedure_code", ""))
    return [chosen, *(e for e in found if e is not chosen)] if chosen else found


def _desks(call: Call) -> list[tuple[str, str]]:
    """Return the units to choose from, where the clerk sits at more than one desk."""
    scope = call.actor.scope
    if scope.only_unit is not None:
        return []
    units = load_reference(call.session).units.values()
    return [(u.code, u.name) for u in units if u.agency_code and scope.covers(u.code)]


def _terms(call: Call, given: Mapping[str, str]) -> dict[str, Any]:
    """Return what is offered to choose from, and the date that follows from the choice."""
    entry = load_reference(call.session).procedures.get(given.get("procedure_code", ""))
    offers = list_offers(entry, now=call.now) if entry else ()
    cases = {offer.case_code: offer.case_name for offer in offers}
    case = given.get("case_code", "")
    if case not in cases:
        case = DEFAULT_CASE if DEFAULT_CASE in cases else next(iter(cases), "")
    channels = sorted({o.channel for o in offers if o.case_code == case})
    wanted = {**given, "case_code": case}
    promised, refusal = _promise(call, wanted) if offers else (None, None)
    return {
        "cases": cases,
        "case": case,
        "channels": channels,
        "channel": given.get("channel", str(Channel.DIRECT.value)),
        "promised": promised,
        "refusal": refusal,
    }


def _promise(call: Call, given: Mapping[str, str]) -> tuple[Explanation | None, TthcError | None]:
    """Return the due date that would be given now, or why there is none."""
    channel = given.get("channel", str(Channel.DIRECT.value))
    if channel not in {str(known.value) for known in Channel}:
        return None, None
    wish = Wish(
        given.get("procedure_code", ""),
        given.get("case_code", DEFAULT_CASE),
        Channel(int(channel)),
        given.get("receiving_unit"),
    )
    try:
        return promise(call.session, wish, call.actor, now=call.now), None
    except TthcError as refusal:
        return None, refusal


SHOWN = PLAIN_FIELDS | {"papers", "fees.0.amount"}
"""The fields beside which a fault can be shown."""
