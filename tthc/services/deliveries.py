"""Deliveries from waiting to sent: claim, look again, send at least once, mark.

Exactly once cannot be had from SMTP: a server may take a message and its answer be lost. So a
message is sent again with the same Message-ID, which is written down before the first try
together with which deliveries it carries. No delivery ever changes over to another message.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial
from itertools import groupby

from sqlalchemy.orm import Session

from tthc.channels.outgoing import Outgoing, SendError
from tthc.domain.messages import MOST_TRIES, Line, message_key
from tthc.domain.moment import civil_day
from tthc.domain.overdue import days_late
from tthc.domain.telling import wake
from tthc.domain.webhooks import write_due
from tthc.services.reference import Reference, load_reference
from tthc.services.sending import INTERRUPTED, LEASE, Batch, Prepared, Target, fail
from tthc.services.webhook_messages import keep_message
from tthc.storage.queries import alerts, deliveries, leases
from tthc.storage.queries.leases import DeliveryFacts


def claim_page(
    session: Session,
    channels: Collection[str],
    *,
    now: datetime,
    size: int = 2_000,
    away: Collection[Target] = (),
) -> list[Batch]:
    """Lease up to ``size`` waiting deliveries of ``channels``, one message per recipient.

    What is meant for a server that is ``away`` is not touched, so it stands in nobody's way.

    Everything that waits for somebody goes in one mail, so that a morning after three days
    without power brings a digest and no storm.
    """
    lease = now + LEASE
    open_channels = set(channels) - {t.channel for t in away if t.webhook_id is None}
    webhooks = {t.webhook_id for t in away if t.webhook_id is not None}
    claim = leases.Claim(open_channels, webhooks, lease, size)
    claimed = leases.lease_waiting(session, claim, now=now)
    return [
        Batch(
            channel=channel,
            delivery_ids=[delivery.id for delivery in group],
            message_id=message_id,
            lease=lease,
            target=Target(channel, webhook_id),
        )
        for (channel, _, webhook_id, message_id), group in groupby(
            claimed, key=lambda delivery: delivery.companions
        )
    ]


def prepare(session: Session, batch: Batch, *, now: datetime) -> Prepared:
    """Look again right before sending, and note the try; commit it before the message leaves.

    Left out are deliveries that another relay took over, whose dossier ended, stopped or has
    another due date (withdrawn), and whose dossier or recipient moved away: their alert gets
    recipients anew. To people nothing leaves while their desk is closed.
    """
    facts = leases.read_leased(session, batch.delivery_ids, batch.lease, today=civil_day(now))
    stale = [fact for fact in facts if fact.is_stale]
    moved = [fact for fact in facts if not fact.is_stale and _has_moved(fact)]
    fresh = [fact for fact in facts if not fact.is_stale and not _has_moved(fact)]
    spent = [fact for fact in fresh if fact.attempts >= MOST_TRIES]
    left = [fact for fact in fresh if fact.attempts < MOST_TRIES]
    _withdraw(session, stale, moved, now=now)
    deliveries.park(session, [fact.id for fact in spent], INTERRUPTED)
    gone = {"withdrawn": len(stale) + len(moved), "parked": len(spent)}
    until = _asleep_until(left, load_reference(session), now=now) if left else None
    if until is not None:
        deliveries.postpone(session, [fact.id for fact in left], until)
    if not left or until is not None:
        return Prepared(batch, None, **gone)
    ids = [fact.id for fact in left]
    key = batch.message_id or message_key((fact.id, fact.raised_at) for fact in left)
    lease = now + LEASE
    leases.begin_try(session, ids, key, lease)
    held = Batch(batch.channel, ids, key, lease, batch.target)
    return Prepared(held, _outgoing(session, held, left, now=now), **gone)


def record_sent(session: Session, batch: Batch, *, now: datetime) -> int:
    """Note that the message was taken; return how many deliveries that ended."""
    return deliveries.mark_sent(session, batch.delivery_ids, now=now)


def record_failure(session: Session, batch: Batch, error: SendError, *, now: datetime) -> int:
    """Put the batch off, or park what was tried ``MOST_TRIES`` times; return how many are parked.

    Deliveries that another relay has taken over meanwhile are left to it.
    """
    return fail(deliveries.OUTBOX, session, batch, error, now=now)


def release(session: Session, batches: Sequence[Batch]) -> None:
    """Give batches back that were claimed and not tried."""
    for batch in batches:
        leases.release(session, batch.delivery_ids, batch.lease)


def retry_parked(session: Session, *, now: datetime) -> int:
    """Let what was parked be tried anew, for somebody who mended the cause; return how much.

    Alerts that nobody hears look for recipients again.
    """
    revived = deliveries.revive_parked(session, now=now)
    orphans = deliveries.withdraw_orphans(session)
    if orphans:
        alerts.reopen(session, orphans)
    return revived + len(orphans)


def _has_moved(fact: DeliveryFacts) -> bool:
    return fact.has_moved or fact.address is None


def _asleep_until(
    facts: Sequence[DeliveryFacts], reference: Reference, *, now: datetime
) -> datetime | None:
    """Return when the first desk of a person's message opens, None where one is open now."""
    if facts[0].webhook_id is not None:
        return None
    opens = min(wake(now, reference.calendar_of(fact.unit_code)) for fact in facts)
    return opens if opens > now else None


def _withdraw(
    session: Session, stale: list[DeliveryFacts], moved: list[DeliveryFacts], *, now: datetime
) -> None:
    deliveries.withdraw(session, [fact.id for fact in (*stale, *moved)])
    if stale:
        alerts.mark_withdrawn(session, {fact.alert_id for fact in stale}, now=now)
    if moved:
        alerts.reopen(session, {fact.alert_id for fact in moved})


def _outgoing(
    session: Session, batch: Batch, facts: list[DeliveryFacts], *, now: datetime
) -> Outgoing:
    reference = load_reference(session)
    first = facts[0]
    lines = [_line(fact, reference, now=now) for fact in facts]
    key = str(batch.message_id)
    body = ""
    if first.webhook_id is not None:
        write = partial(write_due, key, lines=lines, at=now)
        body = keep_message(session, first.webhook_id, key, write, now=now)
    return Outgoing(
        message_id=key,
        channel=batch.channel,
        address=first.address or "",
        at=now,
        lines=lines,
        body=body,
        secret=first.secret or "",
        is_internal=bool(first.is_internal),
    )


def _line(fact: DeliveryFacts, reference: Reference, *, now: datetime) -> Line:
    procedure = reference.procedures.get(fact.procedure_code or "")
    unit = reference.units.get(fact.unit_code or "")
    return Line(
        dossier_code=fact.dossier_code,
        procedure_name=procedure.name if procedure else "thủ tục chưa rõ",
        unit_name=unit.name if unit else "đơn vị chưa rõ",
        kind=fact.kind,
        rung=fact.rung,
        due_at=fact.due_at,
        since_at=fact.since_at,
        days=_days(fact, reference, now=now),
        is_past=fact.due_at is not None and fact.due_at < now and fact.since_at is None,
    )


def _days(fact: DeliveryFacts, reference: Reference, *, now: datetime) -> int:
    """Return the days that a line tells; where the calendar cannot say, those of the rung."""
    calendar = reference.calendar_of(fact.unit_code)
    counted = None
    if fact.since_at is not None:
        counted = days_late(fact.since_at, now, calendar)
    elif fact.due_at is not None:
        counted = days_late(fact.due_at, fact.stopped_at or now, calendar)
    return (fact.amount or 0) if counted is None else counted
