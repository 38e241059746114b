"""Citizen notices from waiting to sent: one letter each, by day, and only while it is true."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tthc.channels.outgoing import Outgoing, SendError
from tthc.domain.messages import MOST_TRIES, message_key
from tthc.domain.notices import is_true_in
from tthc.services.letters import LetterRules, write_letter
from tthc.services.reference import load_reference
from tthc.services.sending import INTERRUPTED, LEASE, Batch, Prepared, Target, fail
from tthc.storage.queries import notices as queries
from tthc.storage.queries.notices import NOTICES, Claim, NoticeFacts

_SORT = "tthc-notice"


@dataclass(frozen=True, slots=True)
class NoticeOutbox:
    """What citizens are to be told, under the rules of an installation."""

    rules: LetterRules

    def claim_page(
        self,
        session: Session,
        channels: Collection[str],
        *,
        now: datetime,
        size: int,
        away: Collection[Target] = (),
    ) -> list[Batch]:
        """Lease up to ``size`` notices whose time has come; in quiet hours none has."""
        if self.rules.quiet.covers(now):
            return []
        lease = now + LEASE
        open_channels = set(channels) - {target.channel for target in away}
        claim = Claim(open_channels, now - self.rules.delay, lease, size)
        return [
            Batch(notice.channel, [notice.id], notice.message_id, lease, Target(notice.channel))
            for notice in queries.lease_notices(session, claim, now=now)
        ]

    def prepare(self, session: Session, batch: Batch, *, now: datetime) -> Prepared:
        """Look again right before sending, and note the try; commit it before the letter leaves.

        Withdrawn is what is no longer true, what a newer notice of its kind repeats, and what
        nobody wants to hear. When quiet hours began meanwhile it waits.
        """
        if self.rules.quiet.covers(now):
            self.release(session, [batch])
            return Prepared(batch, None)
        facts = queries.find_leased(session, batch.delivery_ids, batch.lease)
        if facts is None:
            return Prepared(batch, None)
        if facts.email is None or not _is_true(facts):
            NOTICES.withdraw(session, [facts.id])
            return Prepared(batch, None, withdrawn=1)
        return self._begin(session, batch, facts, facts.email, now=now)

    def _begin(
        self, session: Session, batch: Batch, facts: NoticeFacts, email: str, *, now: datetime
    ) -> Prepared:
        if facts.attempts >= MOST_TRIES:
            NOTICES.park(session, [facts.id], INTERRUPTED)
            return Prepared(batch, None, parked=1)
        key = batch.message_id or message_key([(facts.id, facts.created_at)], sort=_SORT)
        held = Batch(batch.channel, [facts.id], key, now + LEASE, batch.target)
        NOTICES.begin_try(session, [facts.id], key, held.lease)
        letter = write_letter(facts, load_reference(session), self.rules, now=now)
        return Prepared(held, Outgoing(key, batch.channel, email, at=now, letter=letter))

    def record_sent(self, session: Session, batch: Batch, *, now: datetime) -> int:
        """Note that the letter was taken; return 1, or 0 when that was noted before."""
        return NOTICES.mark_sent(session, batch.delivery_ids, now=now)

    def record_failure(
        self, session: Session, batch: Batch, error: SendError, *, now: datetime
    ) -> int:
        """Put the letter off, or give it up after ``MOST_TRIES``; return how many are parked."""
        return fail(NOTICES, session, batch, error, now=now)

    def release(self, session: Session, batches: Collection[Batch]) -> None:
        """Give back what was claimed and not tried."""
        for batch in batches:
            NOTICES.release(session, batch.delivery_ids, batch.lease)


def _is_true(facts: NoticeFacts) -> bool:
    return is_true_in(facts.kind, facts.status) and not facts.is_superseded
