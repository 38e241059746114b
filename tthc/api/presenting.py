"""Dossiers as clients see them: masked in lists, in full one by one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tthc.domain.lifecycle import NOT_COUNTED, STATUS_NAMES
from tthc.domain.parties import PartyRole, mask_name
from tthc.services.deadlines import Explanation
from tthc.services.dossiers import DossierLine, DossierSheet
from tthc.services.stages import StageLine, StageSheet

ROW = (
    *("code", "version", "status", "procedure_code", "channel", "receiving_unit"),
    *("resolving_unit", "officer", "received_at", "due_at", "finished_at", "returned_at"),
)
FULL = (
    *ROW,
    *(
        "case_code",
        "version_from",
        "submitted_by",
        "registered_at",
        "original_due_at",
        "due_granularity",
        "due_version",
    ),
    *("extension_count", "apologised_at", "supplement_count", "stop_count", "stopped_at"),
    *("paused_for",),
    *("ended_at", "current_stage", "stage_round"),
    *("return_form", "result_code", "is_result_electronic", "payment_kind", "fee_total"),
    *("papers", "fees", "summary", "foreign_system", "foreign_code", "is_demo"),
)

STAGE = (
    *("round", "number", "name", "unit_code", "agency", "officer", "started_at", "ended_at"),
    *("limit_unit", "limit_amount", "limit_counting", "is_confirmed", "is_inherited", "due_at"),
)
AHEAD = ("number", "name", "unit_code", "agency")


def dossier_as_row(line: DossierLine, *, now: datetime) -> dict[str, Any]:
    """Return what a list shows: the applicant's name by initials, no numbers."""
    name = mask_name(line.applicant_name) if line.applicant_name else None
    return _facts(line, ROW, now) | {"applicant_name": name}


def dossier_as_data(sheet: DossierSheet, *, now: datetime) -> dict[str, Any]:
    """Return a dossier in full, with the persons in it."""
    applicant = next((p for p in sheet.parties if p.role is PartyRole.APPLICANT), None)
    return _facts(sheet, FULL, now) | {
        "applicant_name": mask_name(applicant.name) if applicant else None,
        "parties": sheet.parties,
    }


def _facts(
    sheet: DossierSheet | DossierLine, names: tuple[str, ...], now: datetime
) -> dict[str, Any]:
    dossier = sheet.dossier
    judged_at = dossier.stopped_at or dossier.ended_at or now
    late = dossier.overdue_at is not None and judged_at >= dossier.overdue_at
    return {name: getattr(dossier, name) for name in names} | {
        "status_name": STATUS_NAMES[dossier.status],
        "is_overdue": late and dossier.status not in NOT_COUNTED,
    }


def explanation_as_data(told: Explanation) -> dict[str, Any]:
    """Return a derivation as JSON shapes it."""
    due = told.due
    return {
        "due_at": due.due_at if due else None,
        "overdue_at": due.overdue_at if due else None,
        "granularity": due.granularity if due else None,
        "original_due_at": told.original_due_at,
        "is_overdue": told.is_overdue,
        "working_days_late": told.days_late,
        "calendar_revision": told.calendar_revision,
        "ledger": due.ledger if due else (),
        "days": told.days,
        "skipped": [{"day": day, "reason": reason} for day, reason in told.skipped],
        "stops": told.stops,
        "sentences": told.sentences,
    }


def stages_as_data(sheet: StageSheet) -> dict[str, Any]:
    """Return where a dossier is among its stages as JSON shapes it."""
    dossier = sheet.dossier
    return {
        "current_stage": dossier.current_stage,
        "stage_round": dossier.stage_round,
        "due_at": dossier.due_at,
        "is_overdue": sheet.is_overdue,
        "used_minutes": sheet.used_minutes,
        "late_minutes": sheet.late_minutes,
        "items": [_stage(line) for line in sheet.lines],
        "ahead": [
            {name: getattr(stage, name) for name in AHEAD} | {"is_skipped": sheet.is_skipped}
            for stage in sheet.ahead
        ],
    }


def _stage(line: StageLine) -> dict[str, Any]:
    return {name: getattr(line.row, name) for name in STAGE} | {
        "is_behind": line.is_behind,
        "used_minutes": line.used_minutes,
        "late_minutes": line.late_minutes,
    }
