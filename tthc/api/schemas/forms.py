"""Shapes of the forms of a dossier."""

from __future__ import annotations

from marshmallow import fields

from tthc.domain.forms import FORM_NAMES, Form
from tthc.serving.schemas.base import BaseSchema
from tthc.serving.schemas.fields import Choice, Instant


class NewFormSchema(BaseSchema):
    """Which form to issue, by its number."""

    form = Choice(Form, required=True)


class FittingFormSchema(BaseSchema):
    """A form that may be issued of the dossier as it stands."""

    form = Choice(Form, required=True)
    name = fields.String(required=True)


class IssuedFormSchema(BaseSchema):
    """A form that was issued of one version of the dossier.

    The fingerprints are SHA-256: of the template's texts, of what the form told (canonical
    JSON), and of the PDF that `press` made of both.
    """

    number = fields.Integer(required=True)
    form = Choice(Form, required=True)
    name = fields.Function(lambda issued: FORM_NAMES[issued.form], required=True)
    version = fields.Integer(required=True)
    issued_by = fields.String(required=True)
    issued_at = Instant(required=True)
    template_sha256 = fields.String(required=True)
    data_sha256 = fields.String(required=True)
    pdf_sha256 = fields.String(required=True)
    press = fields.String(required=True)


class FormsSchema(BaseSchema):
    """The forms of a dossier: those that fit it now, and those that were issued, newest first."""

    version = fields.Integer(required=True)
    fitting = fields.List(fields.Nested(FittingFormSchema()), required=True)
    items = fields.List(fields.Nested(IssuedFormSchema()), required=True)


NEW_FORM = NewFormSchema()
ISSUED_FORM = IssuedFormSchema()
FORMS = FormsSchema()
