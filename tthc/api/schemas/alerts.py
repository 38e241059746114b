"""Shapes of alerts."""

from __future__ import annotations

from marshmallow import fields

from tthc.api.schemas.measured import MeasuredSchema, UnitRowSchema
from tthc.domain.accounts import Role
from tthc.domain.ladder import AlertKind
from tthc.services.alert_lists import AlertState
from tthc.serving.schemas.base import BaseSchema
from tthc.serving.schemas.dossiers import UNIT_CODE
from tthc.serving.schemas.fields import Choice, Day, Instant, String
from tthc.serving.schemas.nesting import PageQuery, page_schema


class AlertQuery(PageQuery):
    """Filters of the list of alerts."""

    unit_code = String(most=10, pattern=UNIT_CODE, load_default=None)
    rung = String(most=32, pattern=r"[a-z0-9_]+", load_default=None)


class AlertSchema(BaseSchema):
    """What somebody must hear of a dossier, and whether anybody was told.

    ``amount`` is the rung's: working days from the due day (below 0 before it) or since
    ``since_at``; working hours for ``unaccepted``; empty for a notice. ``due_at`` is empty where
    there is none, ``since_at`` where the due date says it. ``snoozed_until`` is the day of its
    newest snooze while that lies ahead.
    """

    id = fields.Integer(required=True)
    dossier_code = fields.String(required=True)
    kind = Choice(AlertKind, required=True)
    rung = fields.String(required=True)
    amount = fields.Integer(required=True, allow_none=True)
    unit_code = fields.String(required=True, allow_none=True)
    due_at = Instant(required=True, allow_none=True)
    since_at = Instant(required=True, allow_none=True)
    raised_at = Instant(required=True)
    state = Choice(AlertState, required=True)
    deliveries = fields.Integer(required=True)
    acknowledged_by = fields.String(required=True, allow_none=True)
    acknowledged_at = Instant(required=True, allow_none=True)
    snoozed_until = Day(required=True, allow_none=True)


class AlertQualityRowSchema(UnitRowSchema):
    """What became of one rung's alerts of one unit; no unit: unassigned.

    Minutes are working minutes from when an alert had its recipients to its acknowledgement, null
    when none was acknowledged.
    """

    rung = fields.String(required=True)
    raised = fields.Integer(required=True, attribute="counts.raised")
    delivered = fields.Integer(required=True, attribute="counts.delivered")
    acknowledged = fields.Integer(required=True, attribute="counts.acknowledged")
    snoozed = fields.Integer(required=True, attribute="counts.snoozed")
    minutes_median = fields.Integer(required=True, allow_none=True, attribute="counts.median")
    minutes_p90 = fields.Integer(required=True, allow_none=True, attribute="counts.p90")
    saved = fields.Integer(required=True, attribute="counts.saved")
    unreachable = fields.Integer(required=True, attribute="counts.unreachable")


class AlertQualitySchema(MeasuredSchema):
    """What became of the alerts raised in a period, seen from ``at``."""

    definition = fields.String(required=True)
    items = fields.List(fields.Nested(AlertQualityRowSchema()), required=True, attribute="rows")


class AlertPersonRowSchema(UnitRowSchema):
    """What one person was told of one unit's alerts, and did; no unit: unassigned."""

    username = fields.String(required=True)
    told = fields.Integer(required=True, attribute="counts.told")
    acknowledged = fields.Integer(required=True, attribute="counts.acknowledged")
    acted_on = fields.Integer(required=True, attribute="counts.acted_on")
    saved = fields.Integer(required=True, attribute="counts.saved")


class UnreachableSchema(BaseSchema):
    """Somebody who should hear of alerts and has no address, as it stands now."""

    unit_code = fields.String(required=True)
    username = fields.String(required=True)
    role = Choice(Role, required=True)


class AlertPeopleSchema(MeasuredSchema):
    """What people were told of the alerts raised in a period, seen from ``at``."""

    definition = fields.String(required=True)
    items = fields.List(fields.Nested(AlertPersonRowSchema()), required=True, attribute="rows")
    unreachable = fields.List(fields.Nested(UnreachableSchema()), required=True)


ALERT_QUERY = AlertQuery()
ALERT = AlertSchema()
ALERT_PAGE = page_schema(AlertSchema())
ALERT_QUALITY = AlertQualitySchema()
ALERT_PEOPLE = AlertPeopleSchema()
