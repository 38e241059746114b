"""Shapes of imports."""

from __future__ import annotations

from marshmallow import fields

from tthc.domain.imports import ImportStatus
from tthc.serving.schemas.base import BaseSchema
from tthc.serving.schemas.fields import Choice, Instant, QueryBoolean, String
from tthc.serving.schemas.nesting import PageQuery, page_schema

_COUNTS = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class NewImportQuery(BaseSchema):
    """What to make of the CSV file in the body."""

    mapping = String(most=20, pattern=r"[a-z][a-z0-9_]*", required=True)
    dry_run = QueryBoolean(load_default=False)
    file_name = String(most=200, load_default="upload.csv")


class RefusalSchema(BaseSchema):
    """A row that was not taken over, and why. ``key`` is null where none can be read."""

    line = fields.Integer(required=True)
    key = fields.String(required=True, allow_none=True)
    code = fields.String(required=True)
    message = fields.String(required=True)
    message_en = fields.String(required=True)


class ImportRowSchema(BaseSchema):
    """How far an import is. When done, dossiers = imported + unchanged + refused.

    ``refused_by`` counts refused rows by code; ``warnings`` what accepted dossiers lack.
    ``error`` says why the file as a whole was refused.
    """

    id = fields.Integer(required=True)
    mapping = fields.String(required=True)
    file_name = fields.String(required=True)
    digest = fields.String(required=True, allow_none=True)
    is_dry_run = fields.Boolean(required=True)
    status = Choice(ImportStatus, required=True)
    rows = fields.Integer(required=True)
    dossiers = fields.Integer(required=True)
    imported = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    refused = fields.Integer(required=True)
    refused_by = _COUNTS
    warnings = _COUNTS
    requested_by = fields.String(required=True)
    requested_at = Instant(required=True)
    finished_at = Instant(required=True, allow_none=True)
    error = fields.Dict(
        keys=fields.String(), values=fields.String(), required=True, allow_none=True
    )


class ImportSchema(ImportRowSchema):
    """An import with its first 100 refused rows, by line."""

    refusals = fields.List(fields.Nested(RefusalSchema()), required=True)


NEW_IMPORT_QUERY = NewImportQuery()
IMPORT = ImportSchema()
IMPORT_QUERY = PageQuery()
IMPORT_PAGE = page_schema(ImportRowSchema())
