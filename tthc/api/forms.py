"""Endpoints of the printed forms of a dossier: which fit it, issue one, fetch its PDF."""

from __future__ import annotations

from typing import Any

from tthc.api.blueprint import Answer, Blueprint, created, tagged
from tthc.api.downloads import gives
from tthc.api.schemas.forms import FORMS, ISSUED_FORM, NEW_FORM
from tthc.domain.accounts import Permission
from tthc.domain.forms import FORM_NAMES
from tthc.services.forms import issue_form, show_forms
from tthc.serving.ahead import Work
from tthc.serving.context import Call
from tthc.serving.printing import PDF, as_download, draw_again, draw_up

bp = Blueprint(
    "forms", __name__, url_prefix="/api/v1/dossiers", description="Mẫu giấy tờ · printed forms"
)


@bp.get("/<code>/forms", allow=Permission.DOSSIER_READ)
@bp.response(200, FORMS)
def index(call: Call, code: str) -> Answer:
    """Show which forms fit the dossier as it stands, and which were issued."""
    sheet = show_forms(call.session, code, call.actor)
    fitting = [{"form": form, "name": FORM_NAMES[form]} for form in sheet.fitting]
    shown = {"version": sheet.version, "fitting": fitting, "items": sheet.issued}
    return tagged(shown, sheet.version)


def _typeset(call: Call, wanted: dict[str, Any], code: str) -> Work:
    return draw_up(call, code, wanted["form"])


@bp.post(
    "/<code>/forms", allow=Permission.DOSSIER_ACT, idempotent=True, if_match=True, ahead=_typeset
)
@bp.response(201, ISSUED_FORM)
@bp.arguments(NEW_FORM)
def issue(call: Call, _wanted: dict[str, Any], code: str) -> Answer:
    """Issue a form of the dossier (Mẫu số 01 …); its PDF is at the answer's Location.

    What it told and the template it was made from are kept, so it can be printed again. A form
    that does not fit the dossier as it stands is refused as `form_unfit`.
    """
    issued = issue_form(call.session, code, call.made(), call.actor, version=call.version)
    return created(issued, f"/api/v1/dossiers/{code}/forms/{issued.number}.pdf")


@bp.get("/<code>/forms/<int:number>.pdf", allow=Permission.DOSSIER_READ, ahead=draw_again)
@gives(bp, PDF)
def fetch(call: Call, code: str, number: int) -> Answer:  # noqa: ARG001 - looked up ahead
    """Fetch a form that was issued, as it was; `Repr-Digest` is the fingerprint of the file."""
    return as_download(call.made())
