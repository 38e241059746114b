"""Shapes of closed periods."""

from __future__ import annotations

from marshmallow import fields

from tthc.api.schemas.evidence import NUMBER_NAME
from tthc.domain.closing import Change, ClosingStatus
from tthc.serving.schemas.actions import MOST_REASON
from tthc.serving.schemas.base import BaseSchema
from tthc.serving.schemas.dossiers import UNIT_CODE
from tthc.serving.schemas.fields import Choice, Day, Instant, QueryInteger, String
from tthc.serving.schemas.nesting import PageQuery, page_schema


class WishSchema(BaseSchema):
    """The period ``[since, until)`` of a unit to close; a reason where its data are doubtful."""

    unit_code = String(most=10, pattern=UNIT_CODE, required=True)
    since = Day(required=True)
    until = Day(required=True)
    reason = String(most=MOST_REASON, lines=True, load_default=None, allow_none=True)


class ReasonSchema(BaseSchema):
    """Why a closed period is restated."""

    reason = String(most=MOST_REASON, lines=True, required=True)


class ReportQuery(BaseSchema):
    """Which report: 0 as reported, the newest one without a number."""

    report = QueryInteger(most=10_000, load_default=None)


class ReportListQuery(ReportQuery):
    """Which report, and the number whose dossiers are wanted."""

    number = String(most=60, pattern=NUMBER_NAME, required=True)


class ReportSchema(BaseSchema):
    """What was told of a closed period: number 0 as reported, then as restated, and why.

    ``sha256`` is the seal of its evidence pack.
    """

    number = fields.Integer(required=True)
    made_by = fields.String(required=True)
    made_at = Instant(required=True)
    reason = fields.String(required=True, allow_none=True)
    calendar_revision = fields.Integer(required=True)
    event_head = fields.Integer(required=True)
    rules_sha256 = fields.String(required=True)
    sha256 = fields.String(required=True)


class ClosingRowSchema(BaseSchema):
    """A closing in a list; the counts are what the data-quality gate saw."""

    id = fields.Integer(required=True, attribute="closing.id")
    version = fields.Integer(required=True, attribute="closing.version")
    unit_code = fields.String(required=True, attribute="closing.unit_code")
    since = fields.Date(required=True, attribute="closing.since_on")
    until = fields.Date(required=True, attribute="closing.until_on")
    status = Choice(ClosingStatus, required=True, attribute="closing.status")
    is_doubtful = fields.Boolean(required=True, attribute="closing.is_doubtful")
    dossiers = fields.Integer(required=True, attribute="closing.dossiers")
    spoiled = fields.Integer(required=True, attribute="closing.spoiled")
    discords = fields.Integer(required=True, attribute="closing.discords")
    reason = fields.String(required=True, allow_none=True, attribute="closing.reason")
    proposed_by = fields.String(required=True, attribute="closing.proposed_by")
    proposed_at = Instant(required=True, attribute="closing.proposed_at")
    closed_by = fields.String(required=True, allow_none=True, attribute="closing.closed_by")
    closed_at = Instant(required=True, allow_none=True, attribute="closing.closed_at")


class ClosingSchema(ClosingRowSchema):
    """A closing with its reports, oldest first."""

    reports = fields.List(fields.Nested(ReportSchema()), required=True)


class ClosedFiguresSchema(BaseSchema):
    """The figures of a report, from its pack: the same bytes whenever they are asked for."""

    number = fields.Integer(required=True)
    sha256 = fields.String(required=True)
    about = fields.Dict(required=True)
    units = fields.List(fields.Dict(), required=True)
    total = fields.Dict(required=True)


class AdjustmentSchema(BaseSchema):
    """A line of ``file`` that is no more what it was; one side is null where there is none."""

    file = fields.String(required=True)
    subject = fields.String(required=True)
    change = Choice(Change, required=True)
    before = fields.String(required=True, allow_none=True)
    after = fields.String(required=True, allow_none=True)


class AdjustmentsSchema(BaseSchema):
    """What differs now from the newest report; nothing of it is told yet."""

    items = fields.List(fields.Nested(AdjustmentSchema()), required=True)


CLOSING_QUERY = PageQuery()
WISH = WishSchema()
REASON = ReasonSchema()
REPORT_QUERY = ReportQuery()
REPORT_LIST_QUERY = ReportListQuery()
CLOSING = ClosingSchema()
CLOSING_PAGE = page_schema(ClosingRowSchema())
CLOSED_FIGURES = ClosedFiguresSchema()
ADJUSTMENTS = AdjustmentsSchema()
ADJUSTMENT_PAGE = page_schema(AdjustmentSchema())
