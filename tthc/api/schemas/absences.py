"""Shapes of absences."""

from __future__ import annotations

from marshmallow import fields

from tthc.serving.schemas.base import BaseSchema
from tthc.serving.schemas.fields import Day, String

USERNAME = r"[a-z0-9][a-z0-9._-]{1,78}[a-z0-9]"


class NewAbsenceSchema(BaseSchema):
    """Who is away on the days from ``since_on`` up to, not including, ``until_on``.

    Without ``username`` the caller.
    """

    username = String(most=80, pattern=USERNAME, load_default=None)
    deputy = String(most=80, pattern=USERNAME, load_default=None)
    since_on = Day(required=True)
    until_on = Day(required=True)


class AbsenceSchema(BaseSchema):
    """An absence that is not over. ``until_on`` is the first day back."""

    id = fields.Integer(required=True)
    username = fields.String(required=True)
    deputy = fields.String(required=True, allow_none=True)
    since_on = Day(required=True)
    until_on = Day(required=True)
    recorded_by = fields.String(required=True)


class AbsenceListSchema(BaseSchema):
    """Every absence that the caller may see and that is not over."""

    items = fields.List(fields.Nested(AbsenceSchema()), required=True)


NEW_ABSENCE = NewAbsenceSchema()
ABSENCE = AbsenceSchema()
ABSENCES = AbsenceListSchema()
