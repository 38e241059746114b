"""Shapes of webhooks."""

from __future__ import annotations

from marshmallow import fields

from tthc.domain.webhooks import LONGEST_URL
from tthc.serving.schemas.base import BaseSchema
from tthc.serving.schemas.dossiers import UNIT_CODE
from tthc.serving.schemas.fields import Instant, Integer, QueryInteger, String
from tthc.serving.schemas.nesting import LONGEST_PAGE, PageQuery, page_schema


class NewWebhookSchema(BaseSchema):
    """Whom to tell; no unit means of every alert."""

    url = String(most=LONGEST_URL, required=True)
    unit_code = String(most=10, pattern=UNIT_CODE, load_default=None, allow_none=True)


class ResendSchema(BaseSchema):
    """How far the newest resend has come; ended with a ``last_error`` it was given up."""

    reached = fields.Integer(required=True)
    until = fields.Integer(required=True)
    asked_at = Instant(required=True)
    ended_at = Instant(required=True, allow_none=True)
    attempts = fields.Integer(required=True)
    next_try_at = Instant(required=True)
    last_error = fields.String(required=True, allow_none=True)


class WebhookSchema(BaseSchema):
    """A program that is told of alerts; its secret is never shown here.

    ``last_sequence`` counts its messages. ``waiting`` and ``parked`` count deliveries.
    """

    id = fields.Integer(required=True)
    url = fields.String(required=True)
    unit_code = fields.String(required=True, allow_none=True)
    is_internal = fields.Boolean(required=True)
    is_active = fields.Boolean(required=True)
    created_at = Instant(required=True)
    version = fields.Integer(required=True)
    last_sequence = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
    parked = fields.Integer(required=True)
    resend = fields.Nested(ResendSchema(), required=True, allow_none=True)


class WebhookWithSecretSchema(BaseSchema):
    """A webhook and its new secret, shown this once."""

    webhook = fields.Nested(WebhookSchema(), required=True, attribute="entry")
    secret = fields.String(required=True)


class MessageQuery(BaseSchema):
    """Behind which number to begin; without one at the first message that is kept."""

    after = QueryInteger(load_default=None)
    limit = QueryInteger(least=1, most=LONGEST_PAGE, load_default=20)


class AfterSchema(BaseSchema):
    """The number of the last message that the receiver has."""

    after = Integer(required=True)


class MessageSchema(BaseSchema):
    """A message as it was first sent: ``body`` is the very text that was signed."""

    sequence = fields.Integer(required=True)
    message_id = fields.String(required=True)
    written_at = Instant(required=True)
    body = fields.String(required=True)


class MessagePageSchema(BaseSchema):
    """Messages in their order; ``after`` is the cursor behind them, now or in a week."""

    items = fields.List(fields.Nested(MessageSchema()), required=True)
    after = fields.Integer(required=True)
    has_more = fields.Boolean(required=True)


AFTER = AfterSchema()
MESSAGE_PAGE = MessagePageSchema()
MESSAGE_QUERY = MessageQuery()
NEW_WEBHOOK = NewWebhookSchema()
WEBHOOK = WebhookSchema()
WEBHOOK_PAGE = page_schema(WebhookSchema())
WEBHOOK_WITH_SECRET = WebhookWithSecretSchema()
WEBHOOK_QUERY = PageQuery()
