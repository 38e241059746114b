"""Shape of signing in."""

from __future__ import annotations

from tthc.serving.schemas.base import BaseSchema
from tthc.serving.schemas.fields import Secret, String


class CredentialsSchema(BaseSchema):
    """User name and password."""

    username = String(most=80, required=True)
    password = Secret(required=True)


CREDENTIALS = CredentialsSchema()
