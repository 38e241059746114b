"""The slip that the citizen is given: the code, the date and why, and how to look it up."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, redirect, request, url_for

from tthc.domain.accounts import Permission
from tthc.domain.forms import FORM_NAMES
from tthc.domain.look_up import spoken
from tthc.services.deadlines import explain_dossier
from tthc.services.dossiers import DossierSheet, find_dossier
from tthc.services.forms import show_forms
from tthc.services.look_up import issue_secret, secret_for
from tthc.services.reference import load_reference
from tthc.serving.context import Call, doors
from tthc.web.actions import may_issue
from tthc.web.forms import new_key, save_once
from tthc.web.look_up import look_up_address
from tthc.web.pages import Page, Pages
from tthc.web.qr import QrCode, draw_qr
from tthc.web.rendering import render

pages = Pages("web_slip")


@dataclass(frozen=True, slots=True)
class WayIn:
    """How the citizen looks the dossier up: where, with which secret, or by which QR code."""

    address: str
    secret: str
    qr: QrCode


@pages.get("/desk/dossiers/<code>/slip", allow=Permission.DOSSIER_READ)
def slip(call: Call, code: str) -> Page:
    """Show what the citizen is given; the secret only to who keeps the desk."""
    sheet = find_dossier(call.session, code, call.actor)
    told = explain_dossier(call.session, code, call.actor, now=call.now)
    reference = load_reference(call.session)
    dossier = sheet.dossier
    return render(
        "desk/slip.html",
        call,
        dossier=dossier,
        applicant=next((p for p in sheet.parties if p.role == "applicant"), None),
        told=told,
        procedure=reference.procedures.get(dossier.procedure_code or ""),
        unit=reference.units.get(dossier.receiving_unit or ""),
        way_in=_way_in(call, sheet),
        forms=show_forms(call.session, code, call.actor),
        form_names=FORM_NAMES,
        may_issue=may_issue(sheet, call.account),
        key=new_key(),
    )


def _way_in(call: Call, sheet: DossierSheet) -> WayIn | None:
    dossier = sheet.dossier
    secret = secret_for(call.session, dossier, call.account, secret_key=doors().secret_key)
    if secret is None:
        return None
    address = look_up_address()
    return WayIn(address, spoken(secret), draw_qr(f"{address}#{dossier.code}/{secret}"))


@pages.post("/desk/dossiers/<code>/slip/secret", allow=Permission.DOSSIER_RECEIVE)
def new_secret(call: Call, code: str) -> Page:
    """Give the dossier a new secret, for a slip that was lost, and show it to be printed."""

    def issue() -> Response:
        issue_secret(call.session, code, call.actor, now=call.now)
        place = url_for("web_slip.slip_get", code=code)
        return redirect(place, 303)  # type: ignore[return-value]

    return save_once(call, request, issue)
