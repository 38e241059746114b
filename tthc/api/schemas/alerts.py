"""Shapes of alerts."""

from __future__ import annotations

from marshmallow import fields

from tthc.api.schemas.actions import MOST_REASON
from tthc.api.schemas.base import BaseSchema
from tthc.api.schemas.dossiers import UNIT_CODE
from tthc.api.schemas.fields import Choice, Day, Instant, String
from tthc.api.schemas.nesting import PageQuery, page_schema
from tthc.services.alert_lists import AlertState


class AlertQuery(PageQuery):
    """Filters of the list of alerts."""

    unit_code = String(most=10, pattern=UNIT_CODE, load_default=None)
    rung = String(most=32, pattern=r"[a-z0-9_]+", load_default=None)


class AlertSchema(BaseSchema):
    """That a dossier is due or late, and whether anybody was told.

    ``working_days`` is the rung's distance from the due day, below 0 before it; empty for the
    notice ``due_moved``. ``snoozed_until`` is the day of its newest snooze while that lies ahead.
    """

    id = fields.Integer(required=True)
    dossier_code = fields.String(required=True)
    rung = fields.String(required=True)
    working_days = fields.Integer(required=True, allow_none=True)
    unit_code = fields.String(required=True, allow_none=True)
    due_at = Instant(required=True)
    raised_at = Instant(required=True)
    state = Choice(AlertState, required=True)
    deliveries = fields.Integer(required=True)
    acknowledged_by = fields.String(required=True, allow_none=True)
    acknowledged_at = Instant(required=True, allow_none=True)
    snoozed_until = Day(required=True, allow_none=True)


class SnoozeSchema(BaseSchema):
    """Why, and the day from which the dossier is told of again."""

    reason = String(most=MOST_REASON, lines=True, required=True)
    until_on = Day(required=True)


ALERT_QUERY = AlertQuery()
ALERT = AlertSchema()
ALERT_PAGE = page_schema(AlertSchema())
SNOOZE = SnoozeSchema()
