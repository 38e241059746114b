"""Shapes of the working calendar and of the campaigns that change it."""

from __future__ import annotations

from marshmallow import fields

from tthc.domain.calendar_rows import DayKind
from tthc.domain.campaign import CampaignStatus, Turn
from tthc.domain.decision import Change
from tthc.serving.schemas.base import BaseSchema
from tthc.serving.schemas.dossiers import UNIT_CODE
from tthc.serving.schemas.fields import Choice, Instant, QueryInteger, String
from tthc.serving.schemas.nesting import PageQuery, page_schema

FIRST_YEAR, LAST_YEAR = 2000, 2100


class CalendarQuery(BaseSchema):
    """Which unit's calendar, and of which year."""

    unit_code = String(most=10, pattern=UNIT_CODE, load_default=None)
    year = QueryInteger(least=FIRST_YEAR, most=LAST_YEAR, required=True)


class SpecialDaySchema(BaseSchema):
    """A day that differs from the ordinary week."""

    day = fields.Date(required=True)
    kind = Choice(DayKind, required=True)
    name = fields.String(required=True)
    legal_basis = fields.String(required=True)
    is_provisional = fields.Boolean(required=True)


class CalendarSchema(BaseSchema):
    """The special days of a year that hold for a unit, and how many working days that leaves."""

    revision = fields.Integer(required=True)
    unit_code = fields.String(required=True, allow_none=True)
    year = fields.Integer(required=True)
    working_days = fields.Integer(required=True)
    is_provisional = fields.Boolean(required=True)
    days = fields.List(fields.Nested(SpecialDaySchema()), required=True)


class NewCampaignQuery(BaseSchema):
    """By which decision the days in the body change; without a unit the nation's calendar."""

    legal_basis = String(most=300, required=True)
    source = String(most=300, required=True)
    unit_code = String(most=10, pattern=UNIT_CODE, load_default=None)


class CampaignDaySchema(BaseSchema):
    """One day that changes: NGHI closes it, LAM_BU has it worked, BO takes a row back."""

    day = fields.Date(required=True)
    change = Choice(Change, required=True)
    name = fields.String(required=True)


class MoveCountSchema(BaseSchema):
    """How many open dossiers of a resolving unit move; null is the unassigned bucket."""

    unit_code = fields.String(required=True, allow_none=True)
    moved = fields.Integer(required=True)
    becomes_late = fields.Integer(required=True)
    becomes_in_time = fields.Integer(required=True)
    applied = fields.Integer(required=True)


class CampaignRowSchema(BaseSchema):
    """A campaign in a list."""

    id = fields.Integer(required=True, attribute="campaign.id")
    version = fields.Integer(required=True, attribute="campaign.version")
    status = Choice(CampaignStatus, required=True, attribute="campaign.status")
    unit_code = fields.String(required=True, allow_none=True, attribute="campaign.unit_code")
    legal_basis = fields.String(required=True, attribute="campaign.legal_basis")
    source = fields.String(required=True, attribute="campaign.source")
    proposed_by = fields.String(required=True, attribute="campaign.proposed_by")
    proposed_at = Instant(required=True, attribute="campaign.proposed_at")
    previewed_at = Instant(required=True, allow_none=True, attribute="campaign.previewed_at")
    approved_by = fields.String(required=True, allow_none=True, attribute="campaign.approved_by")
    approved_at = Instant(required=True, allow_none=True, attribute="campaign.approved_at")
    applied_at = Instant(required=True, allow_none=True, attribute="campaign.applied_at")
    revision = fields.Integer(required=True, allow_none=True, attribute="campaign.revision")


class CampaignSchema(CampaignRowSchema):
    """A campaign with its days and what it moves, as previewed or as applied.

    ``moved`` is also the number of printed slips that are wrong, and ``units`` are those of the
    reader. ``looked_at`` grows while a worker is at it; ``unreadable`` are dossiers whose
    derivation cites no limit; both are null for who may not decide for all units concerned.
    """

    days = fields.List(fields.Nested(CampaignDaySchema()), required=True)
    moved = fields.Integer(required=True)
    units = fields.List(fields.Nested(MoveCountSchema()), required=True, attribute="counts")
    looked_at = fields.Integer(required=True, allow_none=True)
    unreadable = fields.Integer(required=True, allow_none=True)


class MovedDossierSchema(BaseSchema):
    """One dossier that a campaign moves."""

    code = fields.String(required=True)
    unit_code = fields.String(required=True, allow_none=True)
    due_before = Instant(required=True)
    due_after = Instant(required=True)
    turn = Choice(Turn, required=True, allow_none=True)
    applied_at = Instant(required=True, allow_none=True)


CALENDAR_QUERY = CalendarQuery()
CALENDAR = CalendarSchema()
NEW_CAMPAIGN_QUERY = NewCampaignQuery()
CAMPAIGN = CampaignSchema()
CAMPAIGN_QUERY = PageQuery()
CAMPAIGN_PAGE = page_schema(CampaignRowSchema())
MOVED_PAGE = page_schema(MovedDossierSchema())
