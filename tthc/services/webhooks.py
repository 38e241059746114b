"""Webhooks as administrators keep them: whom to tell, where, and with which secret."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tthc.domain.accounts import Actor
from tthc.domain.errors import NotFoundError, StaleError
from tthc.domain.webhooks import Reach, check_url
from tthc.storage.queries import accounts, resends
from tthc.storage.queries import webhooks as queries
from tthc.storage.queries.resends import ResendState
from tthc.storage.tables.alerts import DeliveryStatus
from tthc.storage.tables.webhooks import Webhook

SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class WebhookEntry:
    """A webhook as it is shown: never with its secret.

    ``waiting`` and ``parked`` count deliveries. ``resend`` is the newest one asked for.
    """

    id: int
    url: str
    unit_code: str | None
    is_internal: bool
    is_active: bool
    created_at: datetime
    version: int
    last_sequence: int
    waiting: int
    parked: int
    resend: ResendState | None


@dataclass(frozen=True, slots=True)
class WithSecret:
    """A webhook and the secret it was just given, to be shown this once."""

    entry: WebhookEntry
    secret: str


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """A webhook to add; no unit means that it hears of every alert."""

    url: str
    unit_code: str | None
    reach: Reach


def add_webhook(session: Session, new: NewWebhook, *, now: datetime) -> WithSecret:
    """Add a webhook with a secret of 256 random bits.

    Raises:
        UrlRefusedError: it may not lie there.
        NotFoundError: no such unit.
        DuplicateError: on the way into the database, where the address is known already.
    """
    check_url(new.url, new.reach)
    if new.unit_code is not None and not accounts.has_unit(session, new.unit_code):
        raise NotFoundError("Không có đơn vị này.", "there is no such unit", field="unit_code")
    webhook = Webhook(
        url=new.url,
        secret=_new_secret(),
        unit_code=new.unit_code,
        is_internal=new.reach is Reach.INTERNAL,
        is_active=True,
        created_at=now,
        version=1,
        last_sequence=0,
    )
    session.add(webhook)
    session.flush()
    return WithSecret(_entry(session, webhook), webhook.secret)


def list_webhooks(
    session: Session, actor: Actor, *, after_id: int, limit: int
) -> list[WebhookEntry]:
    """Return the webhooks of the actor's units, by id; those of the whole system need it whole."""
    units = None if actor.scope.everything else actor.scope.units
    found = queries.list_webhooks(session, units=units, after_id=after_id, limit=limit)
    return _entries(session, found)


def get_webhook(session: Session, webhook_id: int, actor: Actor) -> WebhookEntry:
    """Return one webhook, or raise NotFoundError for one outside the actor's scope."""
    return _entry(session, visible_webhook(session, webhook_id, actor))


def rotate_secret(
    session: Session, webhook_id: int, actor: Actor, version: int | None = None
) -> WithSecret:
    """Give a webhook another secret, with which everything from now on is signed.

    What its receiver refuses until it knows the new one waits for its next try.

    Raises:
        NotFoundError, StaleError: none such in the actor's scope; changed since it was read.
    """
    webhook = _take(session, webhook_id, actor, version)
    webhook.secret = _new_secret()
    return WithSecret(_changed(session, webhook), webhook.secret)


def disable_webhook(
    session: Session, webhook_id: int, actor: Actor, version: int | None = None
) -> WebhookEntry:
    """Send nothing to a webhook from now on; what waits for it is withdrawn. Twice is as once.

    Raises:
        NotFoundError, StaleError: none such in the actor's scope; changed since it was read.
    """
    return _switch(_take(session, webhook_id, actor, version), session, is_active=False)


def enable_webhook(
    session: Session, webhook_id: int, actor: Actor, version: int | None = None
) -> WebhookEntry:
    """Let a webhook hear of what is raised from now on. Twice is as once.

    Raises:
        NotFoundError, StaleError: none such in the actor's scope; changed since it was read.
    """
    return _switch(_take(session, webhook_id, actor, version), session, is_active=True)


def visible_webhook(
    session: Session, webhook_id: int, actor: Actor, *, lock: bool = False
) -> Webhook:
    """Return the row of a webhook in the actor's scope, or raise NotFoundError."""
    webhook = queries.find_webhook(session, webhook_id, lock=lock)
    if webhook is None or not actor.scope.covers(webhook.unit_code):
        raise NotFoundError("Không tìm thấy webhook.", "there is no such webhook")
    return webhook


def _take(session: Session, webhook_id: int, actor: Actor, version: int | None) -> Webhook:
    webhook = visible_webhook(session, webhook_id, actor, lock=True)
    if version is not None and webhook.version != version:
        raise StaleError(
            "Webhook đã được người khác thay đổi; hãy tải lại.",
            "the webhook changed since it was read",
            version=str(webhook.version),
        )
    return webhook


def _switch(webhook: Webhook, session: Session, *, is_active: bool) -> WebhookEntry:
    if webhook.is_active is is_active:
        return _entry(session, webhook)
    webhook.is_active = is_active
    return _changed(session, webhook)


def _changed(session: Session, webhook: Webhook) -> WebhookEntry:
    webhook.version += 1
    session.flush()
    return _entry(session, webhook)


def _entry(session: Session, webhook: Webhook) -> WebhookEntry:
    return _entries(session, [webhook])[0]


def _entries(session: Session, webhooks: Sequence[Webhook]) -> list[WebhookEntry]:
    ids = [webhook.id for webhook in webhooks]
    counts = queries.tally_undelivered(session, ids)
    newest = resends.newest_of(session, ids)
    return [
        WebhookEntry(
            id=webhook.id,
            url=webhook.url,
            unit_code=webhook.unit_code,
            is_internal=webhook.is_internal,
            is_active=webhook.is_active,
            created_at=webhook.created_at,
            version=webhook.version,
            last_sequence=webhook.last_sequence,
            waiting=counts.get(webhook.id, {}).get(DeliveryStatus.WAITING, 0),
            parked=counts.get(webhook.id, {}).get(DeliveryStatus.PARKED, 0),
            resend=newest.get(webhook.id),
        )
        for webhook in webhooks
    ]


def _new_secret() -> str:
    return secrets.token_urlsafe(SECRET_BYTES)
