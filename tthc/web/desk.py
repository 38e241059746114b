"""The desk's first page: what wants attention, and where a dossier is."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.exceptions import NotFound

from tthc.domain.accounts import Permission
from tthc.domain.errors import NotFoundError
from tthc.domain.reminding import Reminder
from tthc.services.desk import count_reminders, list_reminded, search_dossiers
from tthc.services.dossiers import DossierLine, find_dossier, list_newest
from tthc.services.reference import load_reference
from tthc.serving.context import Call
from tthc.serving.policy import Access
from tthc.web.pages import Page, Pages
from tthc.web.presenting import rows_of
from tthc.web.rendering import render

MOST_LISTED = 50
LONGEST_SEARCH = 200

pages = Pages("web_desk")


@pages.get("/desk", allow=Permission.DOSSIER_READ)
def index(call: Call) -> Page:
    """Show the counters, and the newest dossiers or those behind one counter."""
    wanted = request.args.get("reminder", "")
    if wanted in set(Reminder):
        reminder = Reminder(wanted)
        lines = list_reminded(
            call.session, reminder, call.actor, now=call.now, limit=MOST_LISTED + 1
        )
        return _page(call, lines, reminder=reminder)
    return _page(call, list_newest(call.session, call.actor, limit=MOST_LISTED + 1))


@pages.post("/desk/search", allow=Permission.DOSSIER_READ)
def search(call: Call) -> Page:
    """Find dossiers by code or name; what is typed may be a name, so it stays out of addresses."""
    text = request.form.get("text", "")[:LONGEST_SEARCH]
    if not text.strip():
        return redirect(url_for("web_desk.index_get"), 303)  # type: ignore[return-value]
    try:
        sheet = find_dossier(call.session, text.strip().upper(), call.actor)
    except NotFoundError:
        lines = search_dossiers(call.session, text, call.actor, limit=MOST_LISTED + 1)
        return _page(call, lines, searched=text)
    return redirect(url_for("web_dossiers.show_get", code=sheet.dossier.code), 303)  # type: ignore[return-value]


@pages.get("/desk/<path:rest>", allow=Access.PUBLIC)
def nowhere(rest: str) -> Page:
    """Say that there is no such page, as a page."""
    raise NotFound(rest)


def _page(
    call: Call, lines: list[DossierLine], *, reminder: Reminder | None = None, searched: str = ""
) -> str:
    reference = load_reference(call.session)
    return render(
        "desk/index.html",
        call,
        counters=count_reminders(call.session, call.actor, now=call.now),
        reminder=reminder,
        searched=searched,
        rows=rows_of(lines[:MOST_LISTED], reference, now=call.now),
        has_more=len(lines) > MOST_LISTED,
        most=MOST_LISTED,
    )
