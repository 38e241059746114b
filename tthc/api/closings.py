"""Endpoints of closed periods: close one, read what was reported, restate it with a reason."""

from __future__ import annotations

import json
from typing import Any

from flask import request

from tthc.api.blueprint import Answer, Blueprint, Decorator, created, tagged
from tthc.api.downloads import gives
from tthc.api.paging import page_of, read_paging
from tthc.api.schemas.closings import (
    ADJUSTMENT_PAGE,
    ADJUSTMENTS,
    CLOSED_FIGURES,
    CLOSING,
    CLOSING_PAGE,
    CLOSING_QUERY,
    REASON,
    REPORT_LIST_QUERY,
    REPORT_QUERY,
    WISH,
)
from tthc.domain.accounts import Permission
from tthc.domain.audit_entries import AuditAction
from tthc.domain.numbers import find_number
from tthc.domain.pack import MANIFEST, unzip_files
from tthc.services.audit import Entry, write_entry
from tthc.services.closings import (
    ClosingSheet,
    Which,
    Wish,
    approve_closing,
    close_period,
    find_closing,
    find_report,
    list_closings,
    withdraw_closing,
)
from tthc.services.packs import FIGURES, list_path
from tthc.services.restating import adjust_period, list_adjustments, preview_adjustments
from tthc.serving.context import Call, doors
from tthc.serving.downloads import CSV, ZIP, download
from tthc.serving.schemas.actions import EMPTY

bp = Blueprint(
    "closings", __name__, url_prefix="/api/v1/closings", description="Chốt kỳ báo cáo · closings"
)


@bp.post("", allow=Permission.PERIOD_CLOSE, idempotent=True)
@bp.response(201, CLOSING)
@bp.arguments(WISH)
def close(call: Call, wanted: dict[str, Any]) -> Answer:
    """Close a period that is over: its figures and every dossier behind them are kept.

    Where too many dossiers spoil the statistics a reason is needed, and the closing waits for a
    second person.
    """
    sheet = close_period(call.session, Wish(**wanted), call.actor, doors().gate, now=call.now)
    location = f"/api/v1/closings/{sheet.closing.id}"
    return created(sheet, location, sheet.closing.version)


@bp.get("", allow=Permission.METRICS_READ)
@bp.response(200, CLOSING_PAGE)
@bp.arguments(CLOSING_QUERY, location="query")
def index(call: Call, arguments: dict[str, Any]) -> Answer:
    """List the closings of your units, newest first."""
    paging = read_paging(request, arguments)
    rows = list_closings(call.session, call.actor, before_id=paging.before_id, limit=paging.fetch)
    return page_of(rows, paging, key=lambda sheet: (sheet.closing.id,))


@bp.get("/<int:closing_id>", allow=Permission.METRICS_READ)
@bp.response(200, CLOSING)
def show(call: Call, closing_id: int) -> Answer:
    """Show a closing and what was reported of it."""
    return _tagged(find_closing(call.session, closing_id, call.actor))


@bp.get("/<int:closing_id>/figures", allow=Permission.METRICS_READ)
@bp.response(200, CLOSED_FIGURES)
@bp.arguments(REPORT_QUERY, location="query")
def figures(call: Call, wanted: dict[str, Any], closing_id: int) -> Answer:
    """Give the figures of a report as they were told; `report=0` as reported, else restated."""
    report = find_report(call.session, closing_id, wanted["report"], call.actor)
    files = unzip_files(report.pack, FIGURES)
    about = {k: v for k, v in json.loads(files[MANIFEST]).items() if k != "files"}
    told = {"number": report.number, "sha256": report.sha256, "about": about}
    return told | json.loads(files[FIGURES])


@bp.get("/<int:closing_id>/pack.zip", allow=Permission.METRICS_READ)
@gives(bp, ZIP)
@bp.arguments(REPORT_QUERY, location="query")
def pack(call: Call, wanted: dict[str, Any], closing_id: int) -> Answer:
    """Give the evidence pack of a report, the same bytes for ever."""
    report = find_report(call.session, closing_id, wanted["report"], call.actor)
    name = f"closing {closing_id}, report {report.number}"
    fetched = Entry(AuditAction.REPORT_FETCHED, call.actor.username, name)
    write_entry(call.session, fetched, now=call.now)
    return download(report.pack, ZIP)


@bp.get("/<int:closing_id>/dossiers.csv", allow=Permission.METRICS_READ)
@gives(bp, CSV)
@bp.arguments(REPORT_LIST_QUERY, location="query")
def dossiers(call: Call, wanted: dict[str, Any], closing_id: int) -> Answer:
    """Give the dossiers behind a number of a report."""
    path = list_path(find_number(wanted["number"]).name)
    report = find_report(call.session, closing_id, wanted["report"], call.actor)
    return download(unzip_files(report.pack, path)[path], CSV)


@bp.get("/<int:closing_id>/changes", allow=Permission.METRICS_READ)
@bp.response(200, ADJUSTMENTS)
def changes(call: Call, closing_id: int) -> Answer:
    """Tell what differs now from the newest report, before it is restated."""
    found = preview_adjustments(call.session, closing_id, call.actor, now=call.now)
    return {"items": found}


@bp.get("/<int:closing_id>/reports/<int:number>/adjustments", allow=Permission.METRICS_READ)
@bp.response(200, ADJUSTMENT_PAGE)
@bp.arguments(CLOSING_QUERY, location="query")
def adjustments(call: Call, arguments: dict[str, Any], closing_id: int, number: int) -> Answer:
    """List what a restated report changed in the one before, line by line."""
    paging = read_paging(request, arguments)
    after = None if paging.after is None else (str(paging.after[0]), str(paging.after[1]))
    rows = list_adjustments(
        call.session, (closing_id, number), call.actor, after=after, limit=paging.fetch
    )
    return page_of(rows, paging, key=lambda row: (row.file, row.subject))


def _step(name: str) -> Decorator:
    return bp.post(
        f"/<int:closing_id>/actions/{name}",
        allow=Permission.PERIOD_CLOSE,
        idempotent=True,
        if_match=True,
    )


@_step("approve")
@bp.response(200, CLOSING)
@bp.arguments(EMPTY)
def approve(call: Call, _nothing: dict[str, Any], closing_id: int) -> Answer:
    """Close a proposed period; by somebody else than who proposed it."""
    which = Which(closing_id, call.version)
    return _tagged(approve_closing(call.session, which, call.actor, doors().gate, now=call.now))


@_step("withdraw")
@bp.response(200, CLOSING)
@bp.arguments(EMPTY)
def withdraw(call: Call, _nothing: dict[str, Any], closing_id: int) -> Answer:
    """Give a proposal up."""
    which = Which(closing_id, call.version)
    return _tagged(withdraw_closing(call.session, which, call.actor, now=call.now))


@_step("adjust")
@bp.response(200, CLOSING)
@bp.arguments(REASON)
def adjust(call: Call, wanted: dict[str, Any], closing_id: int) -> Answer:
    """Restate a closed period as its data are now; every line that differs becomes an entry."""
    which = Which(closing_id, call.version)
    return _tagged(adjust_period(call.session, which, call.actor, wanted["reason"], now=call.now))


def _tagged(sheet: ClosingSheet) -> Answer:
    return tagged(sheet, sheet.closing.version)
