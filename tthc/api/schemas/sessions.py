"""Shapes of signing in."""

from __future__ import annotations

from marshmallow import fields

from tthc.domain.accounts import Role
from tthc.serving.schemas.base import BaseSchema
from tthc.serving.schemas.fields import Choice, Instant


class GrantSchema(BaseSchema):
    """A role, and the unit it is held in; null is the whole system."""

    role = Choice(Role, required=True)
    unit_code = fields.String(required=True, allow_none=True)


class SignedInUserSchema(BaseSchema):
    """Who is signed in, with the roles held now."""

    username = fields.String(required=True)
    display_name = fields.String(required=True)
    roles = fields.List(fields.Nested(GrantSchema()), required=True, attribute="grants")


class SessionSchema(BaseSchema):
    """A session that is open."""

    expires_at = Instant(required=True)
    user = fields.Nested(SignedInUserSchema(), required=True, attribute="account")


class NewSessionSchema(SessionSchema):
    """A session just opened. The token is shown this once."""

    token = fields.String(required=True)


SESSION = SessionSchema()
NEW_SESSION = NewSessionSchema()
