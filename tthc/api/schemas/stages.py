"""Shapes of the stages of a dossier."""

from __future__ import annotations

from marshmallow import fields

from tthc.api.schemas.measured import MeasuredSchema, UnitRowSchema
from tthc.domain.limits import Counting, LimitUnit
from tthc.serving.schemas.base import BaseSchema
from tthc.serving.schemas.fields import Choice, Instant


class StageSchema(BaseSchema):
    """A stage that was entered: whose turn it was, since when, by when, and how long it took.

    ``is_behind`` (chậm tiến độ) is internal: the stage missed its own date. Minutes are working
    minutes in which the clock ran.
    """

    round = fields.Integer(required=True)
    number = fields.Integer(required=True)
    name = fields.String(required=True)
    unit_code = fields.String(required=True, allow_none=True)
    agency = fields.String(required=True)
    officer = fields.String(required=True, allow_none=True)
    started_at = Instant(required=True)
    ended_at = Instant(required=True, allow_none=True)
    limit_unit = Choice(LimitUnit, required=True)
    limit_amount = fields.Integer(required=True)
    limit_counting = Choice(Counting, required=True)
    is_confirmed = fields.Boolean(required=True)
    is_inherited = fields.Boolean(required=True)
    due_at = Instant(required=True, allow_none=True)
    is_behind = fields.Boolean(required=True)
    used_minutes = fields.Integer(required=True, allow_none=True)
    late_minutes = fields.Integer(required=True, allow_none=True)


class StageAheadSchema(BaseSchema):
    """A stage that was not entered yet, or never will be (``is_skipped``)."""

    number = fields.Integer(required=True)
    name = fields.String(required=True)
    unit_code = fields.String(required=True, allow_none=True)
    agency = fields.String(required=True)
    is_skipped = fields.Boolean(required=True)


class StagesSchema(BaseSchema):
    """Where a dossier is among its stages; ``is_overdue`` (quá hạn) is of its own date.

    The late minutes of ``items`` add up to ``late_minutes``.
    """

    current_stage = fields.Integer(required=True, allow_none=True)
    stage_round = fields.Integer(required=True)
    due_at = Instant(required=True, allow_none=True)
    is_overdue = fields.Boolean(required=True)
    used_minutes = fields.Integer(required=True, allow_none=True)
    late_minutes = fields.Integer(required=True, allow_none=True)
    items = fields.List(fields.Nested(StageSchema()), required=True)
    ahead = fields.List(fields.Nested(StageAheadSchema()), required=True)


STAGES = StagesSchema()


class LatenessRowSchema(UnitRowSchema):
    """What one stage of one agency did; ``stage`` null: dossiers without stages.

    ``late_minutes`` is its part of the late working minutes, ``behind`` how many of its ``stages``
    missed their own date, ``inherited`` how many began too late to keep the promised one.
    """

    agency = fields.String(required=True)
    stage = fields.String(required=True, allow_none=True)
    late_minutes = fields.Integer(required=True, attribute="share.late_minutes")
    stages = fields.Integer(required=True, attribute="share.stages")
    behind = fields.Integer(required=True, attribute="share.behind")
    inherited = fields.Integer(required=True, attribute="share.inherited")


class LatenessSchema(MeasuredSchema):
    """Late working minutes of the dossiers that ended in the period, adding up to the total."""

    definition = fields.String(required=True)
    overdue = fields.Integer(required=True)
    unmeasured = fields.Integer(required=True)
    late_minutes = fields.Integer(required=True)
    items = fields.List(fields.Nested(LatenessRowSchema()), required=True, attribute="rows")


LATENESS = LatenessSchema()
