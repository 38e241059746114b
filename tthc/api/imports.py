"""Endpoints of files taken over from other systems."""

from __future__ import annotations

from typing import Any

from flask import request

from tthc.api.blueprint import Answer, Blueprint, Decorator, created
from tthc.api.paging import page_of, read_paging
from tthc.api.schemas.imports import IMPORT, IMPORT_PAGE, IMPORT_QUERY, NEW_IMPORT_QUERY
from tthc.domain.accounts import Permission
from tthc.jobs.importing import find_mapping
from tthc.services.imports.reading import bytes_source, check_file
from tthc.services.imports.requests import (
    LONGEST_FILE,
    NewImport,
    find_import,
    list_imports,
    request_import,
)
from tthc.serving.context import Call
from tthc.serving.limits import WrongMediaTypeError

SHOWN_REFUSALS = 100
CSV = "text/csv"
CSV_BODY = {
    "required": True,
    "content": {CSV: {"schema": {"type": "string", "maxLength": LONGEST_FILE}}},
}

bp = Blueprint(
    "imports", __name__, url_prefix="/api/v1/imports", description="Nhập dữ liệu · imports"
)

takes_csv: Decorator = bp.doc(requestBody=CSV_BODY)


@bp.post("", allow=Permission.IMPORT_WRITE, idempotent=True, body_limit=LONGEST_FILE)
@bp.response(202, IMPORT)
@bp.arguments(NEW_IMPORT_QUERY, location="query")
@takes_csv
def hand_in(call: Call, arguments: dict[str, Any]) -> Answer:
    """Hand in a CSV file (`Content-Type: text/csv`, UTF-8, at most 10 MiB) to be taken over.

    A worker does it; ask at the `Location` how far it is. Only dossiers of your units are
    taken over. The same file handed in twice has no second effect.
    """
    content = request.get_data()
    if request.mimetype != CSV:
        raise WrongMediaTypeError(CSV)
    mapping = find_mapping(arguments["mapping"])
    check_file(bytes_source(arguments["file_name"], content), mapping.mapping)
    scope = call.actor.scope
    new = NewImport(
        mapping=mapping.mapping.name,
        mapping_text=mapping.text,
        file_name=arguments["file_name"],
        requested_by=call.actor.username,
        is_dry_run=arguments["dry_run"],
        scope_units=None if scope.everything else scope.units,
    )
    report = request_import(call.session, new, content, now=call.now)
    return created(report, f"/api/v1/imports/{report.id}")


@bp.get("", allow=Permission.IMPORT_WRITE)
@bp.response(200, IMPORT_PAGE)
@bp.arguments(IMPORT_QUERY, location="query")
def index(call: Call, arguments: dict[str, Any]) -> Answer:
    """List imports, newest first: your own, or all when your scope is everything."""
    paging = read_paging(request, arguments)
    rows = list_imports(call.session, call.actor, before_id=paging.before_id, limit=paging.fetch)
    return page_of(rows, paging, key=lambda row: (row.id,))


@bp.get("/<int:import_id>", allow=Permission.IMPORT_WRITE)
@bp.response(200, IMPORT)
def show(call: Call, import_id: int) -> Answer:
    """Show how far an import is, with its first 100 refused rows."""
    return find_import(call.session, import_id, call.actor, refusals=SHOWN_REFUSALS)
