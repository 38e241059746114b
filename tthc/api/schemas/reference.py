"""Shapes of reference data: units and procedures."""

from __future__ import annotations

from marshmallow import fields

from tthc.domain.dossier import Channel
from tthc.domain.limits import Counting, LimitUnit, StopMode
from tthc.domain.reference import UnitLevel
from tthc.serving.schemas.base import BaseSchema
from tthc.serving.schemas.fields import Choice, String
from tthc.serving.schemas.nesting import PageQuery, page_schema


class UnitSchema(BaseSchema):
    """A unit of government; ``agency_code`` is null where it is not known yet."""

    code = fields.String(required=True)
    level = Choice(UnitLevel, required=True)
    parent_code = fields.String(required=True, allow_none=True)
    agency_code = fields.String(required=True, allow_none=True)
    name = fields.String(required=True)


class SearchQuery(PageQuery):
    """A page of what matches ``q``, in any spelling, with or without accents."""

    q = String(most=100, load_default=None)


class OfferSchema(BaseSchema):
    """What one case by one channel is promised."""

    case_code = fields.String(required=True)
    case_name = fields.String(required=True)
    channel = Choice(Channel, required=True)
    unit = Choice(LimitUnit, required=True, attribute="limit.unit")
    amount = fields.Integer(required=True, attribute="limit.amount")
    counting = Choice(Counting, required=True, attribute="limit.counting")
    stop_mode = Choice(StopMode, required=True, attribute="limit.stop_mode")
    area_class = fields.String(required=True)
    is_confirmed = fields.Boolean(required=True)
    note = fields.String(required=True)


class VersionSchema(BaseSchema):
    """A procedure as published for ``[valid_from, valid_to)``."""

    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True, allow_none=True)
    legal_basis = fields.String(required=True)
    yields_result = fields.Boolean(required=True)
    offers = fields.List(fields.Nested(OfferSchema()), required=True)


class ProcedureRowSchema(BaseSchema):
    """A procedure in a list."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    field = fields.String(required=True)


class ProcedureSchema(ProcedureRowSchema):
    """A procedure with its versions, oldest first."""

    versions = fields.List(fields.Nested(VersionSchema()), required=True)


UNIT = UnitSchema()
UNIT_PAGE = page_schema(UNIT)
SEARCH = SearchQuery()
PROCEDURE = ProcedureSchema()
PROCEDURE_PAGE = page_schema(ProcedureRowSchema())
