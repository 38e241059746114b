"""Shapes of contact points."""

from __future__ import annotations

from marshmallow import fields

from tthc.domain.contact_points import TARGET
from tthc.serving.schemas.base import BaseSchema
from tthc.serving.schemas.fields import Instant, String


class NewContactPointSchema(BaseSchema):
    """A channel of the installation, and your own address in it."""

    channel = String(most=20, required=True)
    target = String(most=101, pattern=TARGET, required=True)


class ContactPointSchema(BaseSchema):
    """Where you are told besides mail."""

    channel = fields.String(required=True)
    target = fields.String(required=True)
    added_at = Instant(required=True)


class ContactPointsSchema(BaseSchema):
    """Your contact points, and the channels there are."""

    items = fields.List(fields.Nested(ContactPointSchema()), required=True)
    channels = fields.List(fields.String(), required=True)


NEW_CONTACT_POINT = NewContactPointSchema()
CONTACT_POINT = ContactPointSchema()
CONTACT_POINTS = ContactPointsSchema()
