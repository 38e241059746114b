"""Endpoints of evidence: from a number to the dossiers behind it."""

from __future__ import annotations

from bisect import bisect_right
from operator import attrgetter
from typing import Any

from flask import request

from tthc.api.blueprint import Answer, Blueprint
from tthc.api.downloads import gives
from tthc.api.paging import page_of, read_paging
from tthc.api.periods import read_period, read_place
from tthc.api.schemas.evidence import EVIDENCE_PAGE, NUMBER, NUMBER_PAGE, PLACE
from tthc.domain.accounts import Permission
from tthc.domain.pack import zip_files
from tthc.services.evidence import MOST_AT_ONCE, EvidenceList, Gathered, gather
from tthc.services.packs import hand_out
from tthc.services.score_evidence import WantedList, list_number
from tthc.serving.context import Call
from tthc.serving.downloads import CSV, ZIP, download

bp = Blueprint(
    "evidence", __name__, url_prefix="/api/v1/evidence", description="Minh chứng · evidence"
)


@bp.get("/dossiers", allow=Permission.METRICS_READ)
@bp.response(200, EVIDENCE_PAGE)
@bp.arguments(NUMBER_PAGE, location="query")
def dossiers(call: Call, wanted: dict[str, Any]) -> Answer:
    """List the dossiers behind a number, by code: as many as the number says."""
    paging = read_paging(request, wanted)
    found = _list(call, wanted)
    begin = 0
    if paging.after is not None:
        begin = bisect_right(found.rows, paging.after[0], key=attrgetter("code"))
    rows = found.rows[begin : begin + paging.fetch]
    page = page_of(rows, paging, key=lambda row: (row.code,))
    told = ("number", "unit_code", "value", "sha256", "period", "as_of", "calendar_revision")
    return {name: getattr(found, name) for name in (*told, "event_head")} | page


@bp.get("/dossiers.csv", allow=Permission.METRICS_READ)
@gives(bp, CSV)
@bp.arguments(NUMBER, location="query")
def dossiers_csv(call: Call, wanted: dict[str, Any]) -> Answer:
    """Give the whole list as CSV; `Repr-Digest` (RFC 9530) is its fingerprint."""
    return download(_list(call, wanted).content, CSV)


@bp.get("/pack.zip", allow=Permission.METRICS_READ)
@gives(bp, ZIP)
@bp.arguments(PLACE, location="query")
def pack(call: Call, wanted: dict[str, Any]) -> Answer:
    """Give the evidence pack of a period: figures, dossiers, and a program that checks them.

    The same dossiers, seen from the same moment, give the same bytes.
    """
    gathered = _gathered(call, wanted)
    files = hand_out(call.session, gathered, call.actor.username, now=call.now)
    return download(zip_files(files), ZIP)


def _list(call: Call, wanted: dict[str, Any]) -> EvidenceList:
    period, as_of = read_period(wanted, now=call.now)
    asked = WantedList(wanted["number"], period, read_place(wanted), as_of)
    return list_number(call.session, asked, call.actor.scope, most=MOST_AT_ONCE)


def _gathered(call: Call, wanted: dict[str, Any]) -> Gathered:
    period, as_of = read_period(wanted, now=call.now)
    place, scope = read_place(wanted), call.actor.scope
    return gather(call.session, period, place, scope, as_of=as_of, most=MOST_AT_ONCE)
