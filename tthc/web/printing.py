"""Issuing the printed forms of a dossier from its page, and fetching them again."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from werkzeug.exceptions import NotFound

from tthc.domain.accounts import Permission
from tthc.domain.forms import Form
from tthc.services.forms import issue_form
from tthc.serving.ahead import Work
from tthc.serving.context import Call
from tthc.serving.printing import as_download, draw_again, draw_up
from tthc.web.forms import read_version, save_once
from tthc.web.pages import Page, Pages

pages = Pages("web_printing")


def _typeset(call: Call, code: str) -> Work:
    name = request.form.get("form", "")
    if name not in set(Form):
        raise NotFound
    return draw_up(call, code, Form(name))


@pages.post("/desk/dossiers/<code>/forms", allow=Permission.DOSSIER_ACT, ahead=_typeset)
def issue(call: Call, code: str) -> Page:
    """Issue a form and lead to its PDF; the same button again leads to the same one."""
    version = read_version(request.form.get("_version", ""))

    def save() -> Response:
        issued = issue_form(call.session, code, call.made(), call.actor, version=version)
        place = url_for("web_printing.fetch_get", code=code, number=issued.number)
        return redirect(place, 303)  # type: ignore[return-value]

    return save_once(call, request, save)


@pages.get(
    "/desk/dossiers/<code>/forms/<int:number>.pdf",
    allow=Permission.DOSSIER_READ,
    ahead=draw_again,
)
def fetch(call: Call, code: str, number: int) -> Page:  # noqa: ARG001 - looked up ahead
    """Give a form that was issued, as it was."""
    return as_download(call.made())
