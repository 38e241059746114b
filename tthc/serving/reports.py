"""Reports as both doors to people give them: the API and the board."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask import Response

from tthc.domain.accounts import Permission
from tthc.domain.audit_entries import AuditAction
from tthc.domain.errors import ForbiddenError
from tthc.domain.scope import NOTHING, Scope
from tthc.jobs.reports import find_layout
from tthc.services.audit import Entry, write_entry
from tthc.services.closings import find_report
from tthc.services.evidence import MOST_AT_ONCE, Place
from tthc.services.metrics import make_period
from tthc.services.report_files import ReportFile, ReportFormat, as_file
from tthc.services.report_lists import Reader
from tthc.services.reports import Wanted, make_report, report_closed
from tthc.serving.context import Call
from tthc.serving.downloads import download


@dataclass(frozen=True, slots=True)
class Asked:
    """The report that a request names, of which days and whose dossiers."""

    name: str
    since: date
    until: date
    place: Place
    form: ReportFormat


def give_report(call: Call, asked: Asked, *, as_of: datetime) -> Response:
    """Answer with a report as a file, within the caller's scope.

    Raises:
        ReportUnknownError, LayoutInvalidError: no such report; its layout cannot be used.
        PeriodInvalidError: the period is empty, or seen from before it began.
        NotFoundError, PlaceAmbiguousError, ListTooLongError: as ``make_report`` says.
    """
    layout = find_layout(asked.name)
    wanted = Wanted(layout, make_period(asked.since, asked.until, as_of), asked.place)
    reader = Reader(call.actor.scope, _persons(call))
    sheet = make_report(call.session, wanted, reader, as_of=as_of, most=MOST_AT_ONCE)
    whose = "unassigned" if asked.place.is_unassigned else asked.place.unit_code or "all"
    file = as_file(sheet, f"{asked.name}-{whose}-{asked.since}-{asked.until}", asked.form)
    return _given(call, file, asked.place.unit_code)


def give_closed_report(
    call: Call, name: str, which: tuple[int, int | None], form: ReportFormat
) -> Response:
    """Answer with a report of a closed period: its id, and which report of it (None: newest).

    Raises:
        ReportUnknownError, LayoutInvalidError, NotFoundError, ReportOpenOnlyError,
        PackRulesDifferError: as the services say.
    """
    layout = find_layout(name)
    report = find_report(call.session, *which, call.actor)
    sheet = report_closed(call.session, layout, report)
    file = as_file(sheet, f"{name}-closing-{report.closing_id}-{report.number}", form)
    return _given(call, file)


def _given(call: Call, file: ReportFile, unit_code: str | None = None) -> Response:
    """Answer with the file, and write down that it left."""
    fetched = Entry(AuditAction.REPORT_FETCHED, call.actor.username, file.name, unit_code)
    write_entry(call.session, fetched, now=call.now)
    return download(file.content, file.media_type, name=file.name)


def _persons(call: Call) -> Scope:
    """Return of whose dossiers the caller may see the applicant, masked."""
    try:
        return call.account.acting(Permission.DOSSIER_READ).scope
    except ForbiddenError:
        return NOTHING
