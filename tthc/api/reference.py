"""Endpoints of reference data: communes, agencies, procedures."""

from __future__ import annotations

from typing import Any

from flask import request

from tthc.api.blueprint import Answer, Blueprint
from tthc.api.paging import Paging, page_of, read_paging
from tthc.api.schemas.reference import PROCEDURE, PROCEDURE_PAGE, SEARCH, UNIT, UNIT_PAGE
from tthc.domain.accounts import Permission
from tthc.services.catalogue import (
    find_procedure,
    find_unit,
    list_agencies,
    list_communes,
    list_procedures,
)
from tthc.serving.context import Call

communes = Blueprint(
    "communes", __name__, url_prefix="/api/v1/communes", description="Xã, phường · communes"
)
agencies = Blueprint(
    "agencies", __name__, url_prefix="/api/v1/agencies", description="Cơ quan · agencies"
)
procedures = Blueprint(
    "procedures", __name__, url_prefix="/api/v1/procedures", description="Thủ tục · procedures"
)


@communes.get("", allow=Permission.REFERENCE_READ)
@communes.response(200, UNIT_PAGE)
@communes.arguments(SEARCH, location="query")
def communes_index(call: Call, arguments: dict[str, Any]) -> Answer:
    """List communes by code; `q` searches names without accents."""
    paging = read_paging(request, arguments)
    return _page(list_communes(call.session, arguments["q"]), paging)


@communes.get("/<code>", allow=Permission.REFERENCE_READ)
@communes.response(200, UNIT)
def commune(call: Call, code: str) -> Answer:
    """Show one commune."""
    return find_unit(call.session, code)


@agencies.get("", allow=Permission.REFERENCE_READ)
@agencies.response(200, UNIT_PAGE)
@agencies.arguments(SEARCH, location="query")
def agencies_index(call: Call, arguments: dict[str, Any]) -> Answer:
    """List the units that have an agency code, so can give dossier numbers."""
    paging = read_paging(request, arguments)
    return _page(list_agencies(call.session, arguments["q"]), paging)


@procedures.get("", allow=Permission.REFERENCE_READ)
@procedures.response(200, PROCEDURE_PAGE)
@procedures.arguments(SEARCH, location="query")
def procedures_index(call: Call, arguments: dict[str, Any]) -> Answer:
    """List procedures by code; `q` searches codes and names without accents."""
    paging = read_paging(request, arguments)
    return _page(list_procedures(call.session, arguments["q"]), paging)


@procedures.get("/<code>", allow=Permission.REFERENCE_READ)
@procedures.response(200, PROCEDURE)
def procedure(call: Call, code: str) -> Answer:
    """Show one procedure with its versions, cases and limits."""
    return find_procedure(call.session, code)


def _page(found: list[Any], paging: Paging) -> Answer:
    after = str(paging.after[0]) if paging.after else ""
    rows = [entry for entry in found if entry.code > after][: paging.fetch]
    return page_of(rows, paging, key=lambda entry: (entry.code,))
