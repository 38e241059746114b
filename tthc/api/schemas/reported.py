"""Shapes of figures that people report."""

from __future__ import annotations

from marshmallow import fields

from tthc.serving.schemas.actions import MOST_REASON
from tthc.serving.schemas.base import BaseSchema
from tthc.serving.schemas.dossiers import UNIT_CODE
from tthc.serving.schemas.fields import Day, Instant, Integer, String
from tthc.serving.schemas.nesting import PageQuery, page_schema

FIGURE_NAME = r"[a-z][a-z0-9_]*"


class NewFigureSchema(BaseSchema):
    """Two counts of a unit and period with their source; a reason where they correct earlier ones.

    Without both counts an earlier figure is taken back.
    """

    figure = String(most=60, pattern=FIGURE_NAME, required=True)
    unit_code = String(most=10, pattern=UNIT_CODE, required=True)
    since = Day(required=True)
    until = Day(required=True)
    numerator = Integer(load_default=None, allow_none=True)
    denominator = Integer(load_default=None, allow_none=True)
    source = String(most=300, required=True)
    reason = String(most=MOST_REASON, lines=True, load_default=None, allow_none=True)


class FigureQuery(PageQuery):
    """Whose figures, and which one; without either all of yours."""

    unit_code = String(most=10, pattern=UNIT_CODE, load_default=None)
    figure = String(most=60, pattern=FIGURE_NAME, load_default=None)


class ReportedFigureSchema(BaseSchema):
    """A figure as it was reported: number 0 first, each further one a correction."""

    id = fields.Integer(required=True)
    figure = fields.String(required=True)
    unit_code = fields.String(required=True)
    since = fields.Date(required=True, attribute="since_on")
    until = fields.Date(required=True, attribute="until_on")
    number = fields.Integer(required=True)
    numerator = fields.Integer(required=True, allow_none=True)
    denominator = fields.Integer(required=True, allow_none=True)
    source = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)
    entered_by = fields.String(required=True)
    entered_at = Instant(required=True)


NEW_FIGURE = NewFigureSchema()
FIGURE_QUERY = FigureQuery()
REPORTED_FIGURE = ReportedFigureSchema()
REPORTED_PAGE = page_schema(ReportedFigureSchema())
