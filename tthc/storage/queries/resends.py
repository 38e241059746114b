"""Resends of a webhook's messages, from asked for to ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, literal, select, update
from sqlalchemy.orm import Session

from tthc.storage.base import UtcDateTime
from tthc.storage.queries.alerts import NO_SYNC
from tthc.storage.queries.webhooks import KeptMessage
from tthc.storage.tables.webhooks import Webhook, WebhookMessage, WebhookResend


@dataclass(frozen=True, slots=True)
class ResendState:
    """How far a resend has come; with an end and a ``last_error`` it was given up."""

    reached: int
    until: int
    asked_at: datetime
    ended_at: datetime | None
    attempts: int
    next_try_at: datetime
    last_error: str | None


@dataclass(frozen=True, slots=True)
class DueResend:
    """A resend, how often its next message was tried, and where its messages go."""

    id: int
    webhook_id: int
    reached: int
    until: int
    attempts: int
    url: str
    secret: str
    is_internal: bool
    lease: datetime


def newest_of(session: Session, webhook_ids: Sequence[int]) -> dict[int, ResendState]:
    """Return the newest resend of each webhook that had one."""
    newest = (
        select(func.max(WebhookResend.id))
        .where(WebhookResend.webhook_id.in_(webhook_ids))
        .group_by(WebhookResend.webhook_id)
    )
    query = select(WebhookResend).where(WebhookResend.id.in_(newest))
    query = query.execution_options(populate_existing=True)
    return {row.webhook_id: _state(row) for row in session.scalars(query)}


def is_running(session: Session, webhook_id: int) -> bool:
    """Whether a resend of a webhook has not ended yet."""
    running = select(WebhookResend.id).where(
        WebhookResend.webhook_id == webhook_id, WebhookResend.ended_at.is_(None)
    )
    return session.scalar(running) is not None


def add_resend(session: Session, webhook_id: int, *, after: int, until: int, now: datetime) -> None:
    """Ask for the messages behind ``after`` up to ``until``."""
    asked = WebhookResend(
        webhook_id=webhook_id,
        reached=after,
        until=until,
        asked_at=now,
        attempts=0,
        next_try_at=now,
    )
    session.add(asked)
    session.flush()


def lease_resend(session: Session, *, now: datetime, until: datetime) -> DueResend | None:
    """Lease a resend whose time has come and count a try; None when there is none.

    Those of a webhook that is switched off wait.
    """
    query = (
        select(
            WebhookResend.id,
            WebhookResend.webhook_id,
            WebhookResend.reached,
            WebhookResend.until,
            WebhookResend.attempts,
            Webhook.url,
            Webhook.secret,
            Webhook.is_internal,
            literal(until, UtcDateTime),
        )
        .join(Webhook, (Webhook.id == WebhookResend.webhook_id) & Webhook.is_active)
        .where(
            WebhookResend.ended_at.is_(None),
            WebhookResend.next_try_at <= now,
            func.coalesce(WebhookResend.leased_until, now) <= now,
        )
        .order_by(WebhookResend.next_try_at, WebhookResend.id)
        .limit(1)
        .with_for_update(of=WebhookResend, skip_locked=True)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    due = DueResend(*row)
    begun = update(WebhookResend).where(WebhookResend.id == due.id)
    begun = begun.values(attempts=due.attempts + 1, leased_until=until)
    session.execute(begun.execution_options(**NO_SYNC))
    return due


def next_message(session: Session, due: DueResend) -> KeptMessage | None:
    """Return the next message of a resend that is still kept; None when it has come to its end."""
    query = (
        select(
            WebhookMessage.sequence,
            WebhookMessage.message_id,
            WebhookMessage.body,
            WebhookMessage.written_at,
        )
        .where(
            WebhookMessage.webhook_id == due.webhook_id,
            WebhookMessage.sequence > due.reached,
            WebhookMessage.sequence <= due.until,
        )
        .order_by(WebhookMessage.sequence)
        .limit(1)
    )
    row = session.execute(query).one_or_none()
    return None if row is None else KeptMessage(*row)


def move_on(session: Session, due: DueResend, reached: int, *, now: datetime) -> None:
    """Note that a message was taken; the next one may follow at once, the last one ends it."""
    values = {"attempts": 0, "next_try_at": now, "leased_until": None, "last_error": None}
    ended_at = now if reached >= due.until else None
    _change(session, due, reached=reached, ended_at=ended_at, **values)


def put_off(session: Session, due: DueResend, error: str, until: datetime) -> None:
    """Note a failed try; the next one is at ``until``."""
    _change(session, due, next_try_at=until, leased_until=None, last_error=error)


def end(session: Session, due: DueResend, *, error: str | None = None, now: datetime) -> None:
    """Note that a resend is over, or with an ``error`` that it was given up."""
    _change(session, due, ended_at=now, leased_until=None, last_error=error)


def _change(session: Session, due: DueResend, **values: object) -> None:
    """Change a resend, unless another relay has taken it over."""
    is_ours = (WebhookResend.id == due.id) & (WebhookResend.leased_until == due.lease)
    query = update(WebhookResend).where(is_ours).values(**values)
    session.execute(query.execution_options(**NO_SYNC))


def _state(row: WebhookResend) -> ResendState:
    return ResendState(
        reached=row.reached,
        until=row.until,
        asked_at=row.asked_at,
        ended_at=row.ended_at,
        attempts=row.attempts,
        next_try_at=row.next_try_at,
        last_error=row.last_error,
    )
