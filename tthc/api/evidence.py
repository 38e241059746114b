"""Endpoints of evidence: from a number to the dossiers behind it."""

from __future__ import annotations

import base64
from bisect import bisect_right
from operator import attrgetter
from typing import Any

from flask import Response, request

from tthc.api.blueprint import Answer, Blueprint, Decorator
from tthc.api.context import Call
from tthc.api.paging import page_of, read_paging
from tthc.api.periods import read_period
from tthc.api.schemas.evidence import EVIDENCE_PAGE, NUMBER, NUMBER_PAGE
from tthc.domain.accounts import Permission
from tthc.services.evidence import MOST_AT_ONCE, EvidenceList, Place, gather, list_behind

bp = Blueprint(
    "evidence", __name__, url_prefix="/api/v1/evidence", description="Minh chứng · evidence"
)

CSV = "text/csv; charset=utf-8"
_CSV_ANSWER = {"200": {"description": "CSV", "content": {CSV: {"schema": {"type": "string"}}}}}
gives_csv: Decorator = bp.doc(responses=_CSV_ANSWER)


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
    told = ("number", "unit", "value", "sha256", "period", "as_of", "calendar_revision")
    return {name: getattr(found, name) for name in (*told, "event_head")} | page


@bp.get("/dossiers.csv", allow=Permission.METRICS_READ)
@gives_csv
@bp.arguments(NUMBER, location="query")
def dossiers_csv(call: Call, wanted: dict[str, Any]) -> Answer:
    """Give the whole list as CSV; `Repr-Digest` (RFC 9530) is its fingerprint."""
    found = _list(call, wanted)
    digest = base64.b64encode(bytes.fromhex(found.sha256)).decode()
    headers = {"Repr-Digest": f"sha-256=:{digest}:"}
    return Response(found.content, content_type=CSV, headers=headers)


def _list(call: Call, wanted: dict[str, Any]) -> EvidenceList:
    period, as_of = read_period(wanted, now=call.now)
    place = Place(wanted["unit_code"], wanted["unassigned"])
    scope = call.actor.scope
    gathered = gather(call.session, period, place, scope, as_of=as_of, most=MOST_AT_ONCE)
    return list_behind(gathered, wanted["number"])
