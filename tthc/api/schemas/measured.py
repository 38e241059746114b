"""What every table of figures tells: which period, seen when, and on what it rests."""

from __future__ import annotations

from marshmallow import fields

from tthc.serving.schemas.base import BaseSchema
from tthc.serving.schemas.fields import Instant


class MeasuredSchema(BaseSchema):
    """A period as it was seen at ``at``, and the calendar and last event that figures rest on."""

    since = Instant(required=True, attribute="period.since")
    until = Instant(required=True, attribute="period.until")
    at = Instant(required=True, attribute="period.at")
    as_of = Instant(required=True)
    calendar_revision = fields.Integer(required=True)
    event_head = fields.Integer(required=True)


class UnitRowSchema(BaseSchema):
    """The unit that figures are of; empty where dossiers are unassigned, and in a total."""

    unit_code = fields.String(
        required=True, allow_none=True, attribute="unit.code", dump_default=None
    )
    name = fields.String(required=True, allow_none=True, attribute="unit.name", dump_default=None)
