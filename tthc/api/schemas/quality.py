"""Shapes of the data-quality gate."""

from __future__ import annotations

from marshmallow import fields

from tthc.api.schemas.evidence import PlaceQuery
from tthc.api.schemas.measured import MeasuredSchema
from tthc.serving.schemas.base import BaseSchema
from tthc.serving.schemas.fields import String
from tthc.serving.schemas.nesting import PageQuery, page_schema


class SpoilersQuery(PlaceQuery, PageQuery):
    """A period and place, and one rule if only its dossiers are wanted."""

    rule = String(most=40, pattern=r"[a-z_]+/[0-9]+", load_default=None)


class UnitQualitySchema(BaseSchema):
    """How sound a unit's data are; ``score`` in [0, 1], null without a dossier."""

    unit_code = fields.String(required=True, allow_none=True)
    dossiers = fields.Integer(required=True)
    spoiled = fields.Integer(required=True)
    by_rule = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    score = fields.Float(required=True, allow_none=True)


class DiscordSchema(BaseSchema):
    """A sum that does not agree; a null unit is the unassigned bucket."""

    rule = fields.String(required=True)
    unit_code = fields.String(required=True, allow_none=True)


class QualitySchema(MeasuredSchema):
    """What spoils the statistics of a period; a null unit is the unassigned bucket, or the total.

    ``discords`` are sums that do not agree: there is none while the program is right.
    """

    units = fields.List(fields.Nested(UnitQualitySchema()), required=True)
    total = fields.Nested(UnitQualitySchema(), required=True)
    discords = fields.List(fields.Nested(DiscordSchema()), required=True)


class SpoilerSchema(BaseSchema):
    """A dossier that breaks a rule."""

    code = fields.String(required=True)
    unit_code = fields.String(required=True, allow_none=True)
    rule = fields.String(required=True)


class RuleSchema(BaseSchema):
    """One way to spoil the statistics."""

    id = fields.String(required=True)
    title = fields.String(required=True)
    text = fields.String(required=True)


class RulesSchema(BaseSchema):
    """Every rule there is."""

    items = fields.List(fields.Nested(RuleSchema()), required=True)


QUALITY = QualitySchema()
SPOILERS_QUERY = SpoilersQuery()
SPOILERS = page_schema(SpoilerSchema())
RULES = RulesSchema()
