"""Shapes of citizens' ratings."""

from __future__ import annotations

from marshmallow import fields

from tthc.api.schemas.measured import MeasuredSchema, UnitRowSchema
from tthc.domain.satisfaction import Grievance
from tthc.serving.schemas.fields import Choice


class SatisfactionRowSchema(UnitRowSchema):
    """Satisfied ÷ rated of one unit; ``value`` is in [0, 1], null where nobody rated."""

    numerator = fields.Integer(required=True, attribute="ratings.satisfied")
    denominator = fields.Integer(required=True, attribute="ratings.rated")
    value = fields.Float(required=True, allow_none=True, attribute="ratings.value")
    grievances = fields.Dict(
        keys=Choice(Grievance),
        values=fields.Integer(),
        required=True,
        attribute="ratings.grievances",
    )


class SatisfactionSchema(MeasuredSchema):
    """The ratings given in a period, by the unit that resolved the dossier."""

    definition = fields.String(required=True)
    rows = fields.List(fields.Nested(SatisfactionRowSchema()), required=True, data_key="units")
    total = fields.Nested(SatisfactionRowSchema(), required=True)


SATISFACTION = SatisfactionSchema()
