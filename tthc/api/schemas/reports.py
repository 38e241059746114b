"""Shapes of reports."""

from __future__ import annotations

from marshmallow import fields

from tthc.api.schemas.closings import ReportQuery as WhichReportQuery
from tthc.api.schemas.evidence import PlaceQuery
from tthc.services.report_files import ReportFormat
from tthc.serving.schemas.base import BaseSchema
from tthc.serving.schemas.fields import QueryChoice


class ReportFileQuery(PlaceQuery):
    """A period and place, and as what the report is wanted."""

    format = QueryChoice(ReportFormat, load_default=ReportFormat.XLSX)


class ClosedReportFileQuery(WhichReportQuery):
    """Which report of a closed period (0 as reported, else the newest), and as what."""

    format = QueryChoice(ReportFormat, load_default=ReportFormat.XLSX)


class LayoutSchema(BaseSchema):
    """A report by its name; ``fault`` says why its layout cannot be used, then all else is null."""

    name = fields.String(required=True)
    id = fields.String(required=True, allow_none=True, attribute="layout.id", dump_default=None)
    form = fields.String(required=True, allow_none=True, attribute="layout.form", dump_default=None)
    title = fields.String(
        required=True, allow_none=True, attribute="layout.title", dump_default=None
    )
    rows = fields.String(required=True, allow_none=True, attribute="layout.rows", dump_default=None)
    fault = fields.String(required=True, allow_none=True)


class LayoutsSchema(BaseSchema):
    """Every report there is."""

    items = fields.List(fields.Nested(LayoutSchema()), required=True)


REPORT_FILE = ReportFileQuery()
CLOSED_REPORT_FILE = ClosedReportFileQuery()
LAYOUTS = LayoutsSchema()
