"""Messages of a webhook sent once more: what its receiver missed, or a ping.

They go in their order, each under the message id it had, and one must be taken before the next
one leaves. Choice: docs/decisions/webhooks.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from tthc.channels.outgoing import Outgoing, SendError
from tthc.domain.accounts import Actor
from tthc.domain.errors import ConflictError
from tthc.domain.messages import MOST_TRIES, retry_after
from tthc.domain.webhooks import ping_key, write_ping
from tthc.services.webhook_messages import check_cursor
from tthc.services.webhooks import WebhookEntry, get_webhook, visible_webhook
from tthc.storage.queries import resends as queries
from tthc.storage.queries import webhooks
from tthc.storage.queries.resends import DueResend
from tthc.storage.queries.webhooks import KeptMessage
from tthc.storage.tables.webhooks import Webhook

LEASE = timedelta(minutes=5)
"""Longer than any send takes."""

INTERRUPTED = "interrupted"
"""Every try began and none ended."""


class ResendRunningError(ConflictError):
    """Messages of this webhook are being sent again already."""

    code = "resend_running"


class WebhookOffError(ConflictError):
    """The webhook is switched off, so nothing is sent to it."""

    code = "webhook_off"


@dataclass(frozen=True, slots=True)
class Step:
    """A claimed turn of a resend: what to send next, or nothing because it has ended."""

    due: DueResend
    sequence: int
    outgoing: Outgoing | None


def ask_resend(
    session: Session, webhook_id: int, actor: Actor, after: int, *, now: datetime
) -> WebhookEntry:
    """Have every message behind the number ``after`` sent again, up to the last one there is.

    Raises:
        NotFoundError: no such webhook in the actor's scope.
        WebhookOffError, ResendRunningError: as they say.
        CursorAheadError, MessagesForgottenError: as they say.
    """
    webhook = _take(session, webhook_id, actor)
    start = check_cursor(session, webhook, after)
    queries.add_resend(session, webhook_id, after=start, until=webhook.last_sequence, now=now)
    return get_webhook(session, webhook_id, actor)


def ask_ping(session: Session, webhook_id: int, actor: Actor, *, now: datetime) -> WebhookEntry:
    """Have a message of kind ``ping`` sent, numbered like any other.

    Raises:
        NotFoundError, WebhookOffError, ResendRunningError: as ``ask_resend``.
    """
    _take(session, webhook_id, actor)
    sequence = webhooks.next_sequence(session, webhook_id)
    message_id = ping_key(webhook_id, sequence, at=now)
    body = write_ping(message_id, sequence, at=now)
    webhooks.add_message(session, webhook_id, KeptMessage(sequence, message_id, body, now))
    queries.add_resend(session, webhook_id, after=sequence - 1, until=sequence, now=now)
    return get_webhook(session, webhook_id, actor)


def claim_step(session: Session, *, now: datetime) -> Step | None:
    """Lease the next message to send again, noting the try; commit before it leaves.

    None when no resend's time has come. A resend that has come to its end, or whose every try
    was interrupted, is ended here and gives a step without a message.
    """
    due = queries.lease_resend(session, now=now, until=now + LEASE)
    if due is None:
        return None
    message = queries.next_message(session, due)
    if message is None or due.attempts >= MOST_TRIES:
        queries.end(session, due, error=INTERRUPTED if message else None, now=now)
        return Step(due, due.reached, None)
    return Step(due, message.sequence, _outgoing(due, message, now=now))


def record_taken(session: Session, step: Step, *, now: datetime) -> None:
    """Note that the receiver took the message; the last one ends the resend."""
    queries.move_on(session, step.due, step.sequence, now=now)


def record_refused(session: Session, step: Step, error: SendError, *, now: datetime) -> None:
    """Put the resend off, or give it up after ``MOST_TRIES`` tries of one message."""
    wait = retry_after(step.due.attempts + 1)
    if wait is None:
        queries.end(session, step.due, error=error.kind.value, now=now)
    else:
        queries.put_off(session, step.due, error.kind.value, now + wait)


def _take(session: Session, webhook_id: int, actor: Actor) -> Webhook:
    webhook = visible_webhook(session, webhook_id, actor, lock=True)
    if not webhook.is_active:
        raise WebhookOffError("Webhook đang tắt.", "the webhook is switched off")
    if queries.is_running(session, webhook_id):
        raise ResendRunningError(
            "Các tin của webhook này đang được gửi lại.",
            "messages of this webhook are being sent again",
        )
    return webhook


def _outgoing(due: DueResend, message: KeptMessage, *, now: datetime) -> Outgoing:
    return Outgoing(
        message_id=message.message_id,
        channel="webhook",
        address=due.url,
        at=now,
        body=message.body,
        secret=due.secret,
        is_internal=due.is_internal,
    )
