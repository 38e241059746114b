"""Shapes of the indicators."""

from __future__ import annotations

from marshmallow import fields

from tthc.api.schemas.measured import MeasuredSchema, UnitRowSchema
from tthc.domain.dimensions import Dimension
from tthc.domain.metrics import Compared
from tthc.domain.periods import Step
from tthc.serving.schemas.base import BaseSchema
from tthc.serving.schemas.dossiers import UNIT_CODE
from tthc.serving.schemas.fields import Choice, Day, Instant, QueryChoice, String


class PeriodQuery(BaseSchema):
    """Days ``since`` (included) and ``until`` (excluded), seen from the beginning of ``as_of``."""

    since = Day(required=True)
    until = Day(required=True)
    as_of = Day(load_default=None)


class TimelinessSchema(BaseSchema):
    """Dossiers by how they stand to their due date."""

    finished_early = fields.Integer(required=True)
    finished_on_time = fields.Integer(required=True)
    finished_late = fields.Integer(required=True)
    finished_late_to_original = fields.Integer(required=True)
    closed_in_time = fields.Integer(required=True)
    closed_late = fields.Integer(required=True)
    pending_in_time = fields.Integer(required=True)
    pending_late = fields.Integer(required=True)
    sound_finished_in_time = fields.Integer(required=True)
    sound_closed_in_time = fields.Integer(required=True)
    sound_pending_in_time = fields.Integer(required=True)


class TallySchema(BaseSchema):
    """Counts; received and carried over equal finished, closed and pending together."""

    received = fields.Integer(required=True)
    received_direct = fields.Integer(required=True)
    received_online = fields.Integer(required=True)
    received_postal = fields.Integer(required=True)
    received_channel_missing = fields.Integer(required=True)
    received_eligible = fields.Integer(required=True)
    received_eligible_online = fields.Integer(required=True)
    received_eligible_self = fields.Integer(required=True)
    carried_over = fields.Integer(required=True)
    finished = fields.Integer(required=True)
    finished_without_due = fields.Integer(required=True)
    closed = fields.Integer(required=True)
    closed_without_due = fields.Integer(required=True)
    pending = fields.Integer(required=True)
    pending_without_due = fields.Integer(required=True)
    pending_stopped = fields.Integer(required=True)
    by_day = fields.Nested(TimelinessSchema(), required=True)
    by_instant = fields.Nested(TimelinessSchema(), required=True)


class FigureSchema(BaseSchema):
    """An indicator with its proof; ``value`` is in [0, 1], null when nothing was counted."""

    definition = fields.String(required=True)
    compared = Choice(Compared, required=True, allow_none=True)
    numerator = fields.Integer(required=True)
    denominator = fields.Integer(required=True)
    value = fields.Float(required=True, allow_none=True)


class UnitMetricsSchema(UnitRowSchema):
    """One unit's counts and indicators; no unit is the unassigned bucket or the total."""

    counts = fields.Nested(TallySchema(), required=True, attribute="tally")
    figures = fields.List(fields.Nested(FigureSchema()), required=True)


class MetricsSheetSchema(MeasuredSchema):
    """The indicators of a period and what they were computed from."""

    rows = fields.List(fields.Nested(UnitMetricsSchema()), required=True, data_key="units")
    unassigned = fields.Nested(UnitMetricsSchema(), required=True, allow_none=True)
    total = fields.Nested(UnitMetricsSchema(), required=True)


class DefinitionSchema(BaseSchema):
    """How an indicator is counted; ``name`` with ``.numerator`` or ``.denominator`` is a number."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    title = fields.String(required=True)
    text = fields.String(required=True)
    compared = Choice(Compared, required=True, allow_none=True)


class DefinitionsSchema(BaseSchema):
    """Every indicator there is."""

    items = fields.List(fields.Nested(DefinitionSchema()), required=True)


class SeriesQuery(PeriodQuery):
    """A stretch of days, cut by ``step``, told apart by ``by``; ``units``: codes with commas."""

    step = QueryChoice(Step, load_default=Step.WHOLE)
    by = QueryChoice(Dimension, load_default=Dimension.UNIT)
    units = String(most=400, pattern=rf"({UNIT_CODE})(,({UNIT_CODE}))*", load_default=None)


class SeriesPartSchema(BaseSchema):
    """The dossiers that share one value; a null key: it is not known, or the total."""

    key = fields.String(required=True, allow_none=True)
    name = fields.String(required=True, allow_none=True)
    counts = fields.Nested(TallySchema(), required=True, attribute="tally")
    figures = fields.List(fields.Nested(FigureSchema()), required=True)


class SeriesPointSchema(BaseSchema):
    """One period; its parts add up to its total."""

    since = Instant(required=True, attribute="period.since")
    until = Instant(required=True, attribute="period.until")
    at = Instant(required=True, attribute="period.at")
    parts = fields.List(fields.Nested(SeriesPartSchema()), required=True)
    total = fields.Nested(SeriesPartSchema(), required=True)


class SeriesSchema(MeasuredSchema):
    """Periods one after another, all seen at one moment."""

    step = Choice(Step, required=True)
    by = Choice(Dimension, required=True, attribute="dimension")
    points = fields.List(fields.Nested(SeriesPointSchema()), required=True)


PERIOD = PeriodQuery()
SERIES_QUERY = SeriesQuery()
SERIES = SeriesSchema()
SHEET = MetricsSheetSchema()
DEFINITIONS = DefinitionsSchema()
