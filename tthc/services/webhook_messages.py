"""What a webhook is sent: written once, kept, and read by a receiver that was away.

Messages of a webhook are numbered from 1 without gaps, and a number is never visible before
those below it, so whoever has read up to one has missed none. The number is the cursor.
Choice: docs/decisions/webhooks.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tthc.domain.accounts import Actor
from tthc.domain.errors import RuleError
from tthc.domain.webhooks import KEPT_FOR
from tthc.services.webhooks import visible_webhook
from tthc.storage.queries import webhooks as queries
from tthc.storage.queries.webhooks import KeptMessage
from tthc.storage.tables.webhooks import Webhook

MOST_BYTES = 1024 * 1024
"""Bodies of one page together, but for a first one that is larger."""

Writing = Callable[[int], str]
"""Writes a message's body when told its number."""


class CursorAheadError(RuleError):
    """The cursor is a number that no message has had yet: another webhook's, or a lost database's.

    ``details`` name the ``last`` one.
    """

    code = "cursor_ahead"


class MessagesForgottenError(RuleError):
    """Messages behind the cursor are kept no more; ``details`` name the ``first`` one kept."""

    code = "messages_forgotten"


@dataclass(frozen=True, slots=True)
class MessagePage:
    """Messages in their order, and the cursor behind them; ``has_more`` tells of further ones."""

    items: Sequence[KeptMessage]
    after: int
    has_more: bool


def keep_message(
    session: Session, webhook_id: int, message_id: str, write: Writing, *, now: datetime
) -> str:
    """Return the body that goes under ``message_id``: the one kept, else a new one, kept now.

    Byte for byte the same at each try, whatever became of its dossiers in between.
    """
    kept = queries.find_body(session, message_id)
    if kept is not None:
        return kept
    sequence = queries.next_sequence(session, webhook_id)
    body = write(sequence)
    queries.add_message(session, webhook_id, KeptMessage(sequence, message_id, body, now))
    return body


def read_messages(
    session: Session, webhook_id: int, actor: Actor, *, after: int | None, limit: int
) -> MessagePage:
    """Return up to ``limit`` messages behind the number ``after``; None begins with the first kept.

    The same cursor gives the same messages for ``KEPT_FOR``, delivered or not.

    Raises:
        NotFoundError: no such webhook in the actor's scope.
        CursorAheadError, MessagesForgottenError: as they say.
    """
    webhook = visible_webhook(session, webhook_id, actor)
    start = check_cursor(session, webhook, after)
    items = queries.list_messages(
        session, webhook_id, after=start, limit=limit, most_bytes=MOST_BYTES
    )
    reached = items[-1].sequence if items else start
    return MessagePage(items, reached, has_more=reached < webhook.last_sequence)


def check_cursor(session: Session, webhook: Webhook, after: int | None) -> int:
    """Return the number behind which to begin, every message behind it being kept.

    Raises:
        CursorAheadError, MessagesForgottenError: as they say.
    """
    last = webhook.last_sequence
    if after is not None and after > last:
        raise CursorAheadError(
            "Con trỏ vượt quá tin cuối cùng của webhook này.",
            "the cursor lies behind the last message of this webhook",
            field="after",
            last=str(last),
        )
    first = queries.first_kept(session, webhook.id) or last + 1
    if after is None:
        return first - 1
    if after < first - 1:
        raise MessagesForgottenError(
            "Các tin sau con trỏ này không còn được lưu.",
            "messages behind the cursor are kept no more",
            field="after",
            first=str(first),
        )
    return after


def purge_messages(session: Session, *, now: datetime) -> int:
    """Forget messages written longer ago than ``KEPT_FOR``; return how many."""
    return queries.delete_messages_before(session, now - KEPT_FOR)
