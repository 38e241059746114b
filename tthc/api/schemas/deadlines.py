"""Shapes of a due date with its derivation."""

from __future__ import annotations

from marshmallow import fields

from tthc.domain.dossier import StopReason
from tthc.domain.limits import Granularity
from tthc.serving.schemas.base import BaseSchema
from tthc.serving.schemas.fields import Choice, Instant


class StepSchema(BaseSchema):
    """One step of a due date's derivation."""

    kind = fields.String(required=True)
    at = Instant(required=True)
    facts = fields.Dict(required=True)


class SkippedSchema(BaseSchema):
    """A day that was not counted, and why."""

    day = fields.Date(required=True)
    reason = fields.String(required=True)


class DayLineSchema(BaseSchema):
    """One day of a count: its number when it was counted, else why it was not."""

    day = fields.Date(required=True)
    number = fields.Integer(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)


class StopSchema(BaseSchema):
    """A stop of the clock; open without ``ended_at``."""

    reason = Choice(StopReason, required=True)
    started_at = Instant(required=True)
    ended_at = Instant(required=True, allow_none=True)
    began_by = fields.String(required=True)
    ended_by = fields.String(required=True, allow_none=True)
    why = fields.String(required=True, allow_none=True)
    limit_on = fields.Date(required=True, allow_none=True)


class DeadlineSchema(BaseSchema):
    """When a dossier is due and why, as data and as sentences."""

    due_at = Instant(allow_none=True)
    overdue_at = Instant(allow_none=True)
    granularity = Choice(Granularity, allow_none=True)
    original_due_at = Instant(allow_none=True)
    is_overdue = fields.Boolean(required=True)
    working_days_late = fields.Integer(allow_none=True)
    calendar_revision = fields.Integer(required=True)
    ledger = fields.List(fields.Nested(StepSchema()), required=True)
    skipped = fields.List(fields.Nested(SkippedSchema()), required=True)
    days = fields.List(fields.Nested(DayLineSchema()), required=True)
    stops = fields.List(fields.Nested(StopSchema()), required=True)
    sentences = fields.List(fields.String(), required=True)


DEADLINE = DeadlineSchema()
