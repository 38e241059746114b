"""Shapes of what citizens are told, and of how they want to hear it."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load

from tthc.domain.notices import NoticeKind
from tthc.domain.parties import Contact, NotifyBy, make_contact
from tthc.services.dossiers import Command
from tthc.services.notices import NoticeState
from tthc.serving.schemas.actions import ActionSchema
from tthc.serving.schemas.base import BaseSchema
from tthc.serving.schemas.dossiers import EMAIL
from tthc.serving.schemas.fields import Choice, Instant, String


class NoticeSchema(BaseSchema):
    """One event that the applicant is told of. ``occasion`` is the dossier's version then.

    ``next_try_at`` is given while it waits; in quiet hours it leaves later.
    """

    kind = Choice(NoticeKind, required=True)
    occasion = fields.Integer(required=True)
    channel = fields.String(required=True)
    state = Choice(NoticeState, required=True)
    created_at = Instant(required=True)
    next_try_at = Instant(required=True, allow_none=True)
    sent_at = Instant(required=True, allow_none=True)
    attempts = fields.Integer(required=True)
    last_error = fields.String(required=True, allow_none=True)


class NoticesSchema(BaseSchema):
    """How the applicant hears of a dossier, the address masked, and of what, oldest first."""

    notify_by = Choice(NotifyBy, required=True)
    email = fields.String(
        required=True,
        allow_none=True,
        attribute="masked_email",
        metadata={"description": "masked"},
    )
    items = fields.List(fields.Nested(NoticeSchema()), required=True, attribute="notices")


class ContactSchema(ActionSchema):
    """Where the applicant is told from now on: the whole of it, not a change to it."""

    email = String(most=254, pattern=EMAIL, required=True, allow_none=True)
    notify_by = Choice(NotifyBy, load_default=None, allow_none=True)

    @post_load
    def build(self, data: dict[str, Any], **rest: Any) -> tuple[Contact, Command]:
        """Hand the view a contact, and a command that still lacks its action."""
        contact = make_contact(data.pop("email"), data.pop("notify_by"))
        return contact, super().build(data, **rest)


NOTICES = NoticesSchema()
CONTACT = ContactSchema()
