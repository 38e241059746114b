"""The shape of every error, for the documentation; ``tthc.api.problem`` writes it."""

from __future__ import annotations

from marshmallow import fields

from tthc.serving.schemas.base import BaseSchema


class FieldFaultSchema(BaseSchema):
    """What is wrong with one field."""

    field = fields.String(required=True)
    code = fields.String(required=True)
    message = fields.String(required=True)
    message_en = fields.String(required=True)


class ProblemSchema(BaseSchema):
    """An RFC 9457 problem. ``code`` is stable; texts may change."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    title_en = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True)
    detail = fields.String(required=True)
    detail_en = fields.String(required=True)
    errors = fields.List(fields.Nested(FieldFaultSchema()), required=True)
    facts = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    request_id = fields.String(required=True)
