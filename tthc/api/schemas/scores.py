"""Shapes of the score after Quyết định 766/QĐ-TTg. Points and percentages are decimal texts."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from tthc.api.schemas.measured import MeasuredSchema, UnitRowSchema
from tthc.api.schemas.metrics import PeriodQuery
from tthc.domain.score_numbers import evidence_of
from tthc.domain.scoring import Formula, Lack, Origin, WhenEmpty
from tthc.serving.schemas.base import BaseSchema
from tthc.serving.schemas.dossiers import UNIT_CODE
from tthc.serving.schemas.fields import Choice, QueryBoolean, String


def decimal_text(**rest: Any) -> fields.Decimal:
    """Return a field for points or a percentage: "17.68"; never a binary fraction."""
    return fields.Decimal(places=2, as_string=True, required=True, **rest)


class ScoreQuery(PeriodQuery):
    """A period, and whose score: one unit's, else that of all of yours; with its communes."""

    unit_code = String(most=10, pattern=UNIT_CODE, load_default=None)
    communes = QueryBoolean(load_default=False)


class PartScoreSchema(BaseSchema):
    """One part. ``points`` null is not 0: ``lack`` says why there are none.

    ``evidence`` with ``.numerator`` or ``.denominator`` is a number of ``/evidence/dossiers``, null
    where no dossiers are counted. ``untold`` dossiers do not tell what is asked;
    ``missing_units`` have no figure.
    """

    code = fields.String(required=True, attribute="part.code")
    name = fields.String(required=True, attribute="part.name")
    origin = Choice(Origin, required=True, attribute="part.origin")
    definition = fields.String(required=True, attribute="part.definition")
    numerator = fields.Integer(required=True, allow_none=True, attribute="measure.numerator")
    denominator = fields.Integer(required=True, allow_none=True, attribute="measure.denominator")
    percent = decimal_text(allow_none=True)
    points = decimal_text(allow_none=True)
    maximum = decimal_text(attribute="part.maximum")
    evidence = fields.Function(
        lambda scored: evidence_of(scored.part),
        required=True,
        metadata={"type": ["string", "null"]},
    )
    lack = Choice(Lack, required=True, allow_none=True)
    untold = fields.Integer(required=True, attribute="measure.untold")
    missing_units = fields.Integer(required=True, attribute="measure.missing_units")


class GroupPointsSchema(BaseSchema):
    """A group: its points are of ``out_of``, the maxima of its parts that have any."""

    code = fields.String(required=True, attribute="group.code")
    name = fields.String(required=True, attribute="group.name")
    points = decimal_text(allow_none=True)
    out_of = decimal_text()
    maximum = decimal_text()


class GroupScoreSchema(GroupPointsSchema):
    """A group with its parts."""

    parts = fields.List(fields.Nested(PartScoreSchema()), required=True)


class CommuneScoreSchema(UnitRowSchema):
    """A commune among the others; its parts are told when it is asked for by itself."""

    rank = fields.Integer(required=True, allow_none=True)
    points = decimal_text(allow_none=True, attribute="score.points")
    out_of = decimal_text(attribute="score.out_of")
    groups = fields.List(
        fields.Nested(GroupPointsSchema()), required=True, attribute="score.groups"
    )


class ScoreSheetSchema(MeasuredSchema):
    """A score, what it was computed from, and the communes in it by rank where asked for."""

    unit_code = fields.String(
        required=True, allow_none=True, attribute="total.unit.code", dump_default=None
    )
    name = fields.String(
        required=True, allow_none=True, attribute="total.unit.name", dump_default=None
    )
    points = decimal_text(allow_none=True, attribute="total.score.points")
    out_of = decimal_text(attribute="total.score.out_of")
    maximum = decimal_text(attribute="total.score.maximum")
    groups = fields.List(
        fields.Nested(GroupScoreSchema()), required=True, attribute="total.score.groups"
    )
    rows = fields.List(
        fields.Nested(CommuneScoreSchema()), required=True, allow_none=True, data_key="communes"
    )


class ScorePartSchema(BaseSchema):
    """How a part is counted and what it is worth; ``full_at`` is a percentage."""

    code = fields.String(required=True)
    group = fields.String(required=True)
    national_code = fields.String(required=True, allow_none=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)
    maximum = decimal_text()
    origin = Choice(Origin, required=True)
    definition = fields.String(required=True)
    formula = Choice(Formula, required=True)
    full_at = decimal_text()
    when_empty = Choice(WhenEmpty, required=True)
    adds_up = fields.Boolean(required=True)
    source = fields.String(required=True)


class ScorePartsSchema(BaseSchema):
    """Every part of the score."""

    items = fields.List(fields.Nested(ScorePartSchema()), required=True)


SCORE_QUERY = ScoreQuery()
SCORE_SHEET = ScoreSheetSchema()
PARTS = ScorePartsSchema()
