"""Routing and delivery over all pages. Nothing is sent inside a transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

import structlog
from sqlalchemy.orm import Session, sessionmaker

from tthc.channels.outgoing import FailureKind, Outgoing, Sender, SendError
from tthc.domain.messages import once_each, write_mail
from tthc.jobs.isolating import find_poison, is_of_its_data
from tthc.services import deliveries
from tthc.services.alerts import RoutePage, route_page
from tthc.services.letters import LetterRules
from tthc.services.notice_sending import NoticeOutbox
from tthc.services.notices import retry_notices
from tthc.services.sending import Batch, Prepared, Target

Sessions = sessionmaker[Session]
Clock = Callable[[], datetime]

log = structlog.get_logger("tthc.delivery")


@dataclass(frozen=True, slots=True)
class RouteReport:
    """What routing did; ``orphaned`` alerts are heard by nobody."""

    routed: int = 0
    withdrawn: int = 0
    orphaned: int = 0


@dataclass(slots=True)
class DeliveryReport:
    """What delivery did: ``messages`` left; the other figures count deliveries but ``failures``.

    ``failures`` counts messages that did not leave. A citizen notice is a delivery of its own.
    """

    messages: int = 0
    sent: int = 0
    withdrawn: int = 0
    parked: int = 0
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Post:
    """The doors of delivery: where to read, how to send by channel, when to stop."""

    sessions: Sessions
    senders: Mapping[str, Sender]
    clock: Clock
    should_stop: Callable[[], bool] = field(default=lambda: False)


class Outbox(Protocol):
    """What waits to be sent: `services.deliveries` for staff, `NoticeOutbox` for citizens."""

    def claim_page(
        self,
        session: Session,
        channels: Collection[str],
        *,
        now: datetime,
        size: int,
        away: Collection[Target],
    ) -> list[Batch]:
        """Lease up to ``size`` of what waits, by messages, but for servers that are ``away``."""

    def prepare(self, session: Session, batch: Batch, *, now: datetime) -> Prepared:
        """Look again right before sending, and note the try."""

    def record_sent(self, session: Session, batch: Batch, *, now: datetime) -> int:
        """Note that a message was taken; return how many deliveries that ended."""

    def record_failure(
        self, session: Session, batch: Batch, error: SendError, *, now: datetime
    ) -> int:
        """Put a message off or give it up; return how many deliveries are parked."""

    def release(self, session: Session, batches: Sequence[Batch]) -> None:
        """Give back what was claimed and not tried."""


def route_all(sessions: Sessions, *, clock: Clock, size: int = 500) -> RouteReport:
    """Give every alert its recipients, one transaction for each page."""
    pages: list[RoutePage] = []
    while not pages or not pages[-1].is_last:
        with sessions.begin() as session:
            pages.append(route_page(session, now=clock(), size=size))
    return RouteReport(
        routed=sum(page.routed for page in pages),
        withdrawn=sum(page.withdrawn for page in pages),
        orphaned=sum(page.orphaned for page in pages),
    )


def revive_parked(sessions: Sessions, *, clock: Clock) -> int:
    """Let what was parked be tried anew, for staff and citizens; return how much."""
    now = clock()
    with sessions.begin() as session:
        return deliveries.retry_parked(session, now=now) + retry_notices(session, now=now)


def deliver_all(post: Post, outbox: Outbox = deliveries, *, size: int = 2_000) -> DeliveryReport:
    """Send everything that waits and whose time has come; stop after the present message.

    What failed waits for its next try, so this ends. A server that is away is asked once, and
    what else is meant for it waits without losing a try.
    """
    report = DeliveryReport()
    away: set[Target] = set()
    is_idle = False
    while not is_idle and not post.should_stop():
        before = (report.sent, report.withdrawn, report.parked, len(away))
        deliver_page(post, outbox, report, away=away, size=size)
        is_idle = before == (report.sent, report.withdrawn, report.parked, len(away))
    return report


def deliver_notices(post: Post, rules: LetterRules, *, size: int = 200) -> DeliveryReport:
    """Send every citizen notice whose time has come, each as a letter of its own.

    A small page: its last letter must leave before its lease ends.
    """
    return deliver_all(post, NoticeOutbox(rules), size=size)


def deliver_page(
    post: Post, outbox: Outbox, report: DeliveryReport, *, away: set[Target], size: int
) -> None:
    """Claim one page and send it, adding to ``report``, and to the servers that are ``away``."""
    with post.sessions.begin() as session:
        channels, now = post.senders.keys(), post.clock()
        batches = outbox.claim_page(session, channels, now=now, size=size, away=away)
    left: list[Batch] = []
    for batch in batches:
        if batch.target in away or post.should_stop():
            left.append(batch)
        elif not _deliver(post, outbox, batch, report):
            away.add(batch.target)
    if left:
        with post.sessions.begin() as session:
            outbox.release(session, left)


def _deliver(post: Post, outbox: Outbox, batch: Batch, report: DeliveryReport) -> bool:
    """Send one batch; False means that its server is away."""
    try:
        with post.sessions.begin() as session:
            prepared = outbox.prepare(session, batch, now=post.clock())
    except Exception as error:  # whatever a damaged row makes of it; the rest is raised
        if not is_of_its_data(error):
            raise
        _put_aside(post, outbox, batch, report)
        return True
    report.withdrawn += prepared.withdrawn
    report.parked += prepared.parked
    if prepared.outgoing is None:
        return True
    return _send(post, outbox, prepared.batch, prepared.outgoing, report=report)


def _send(
    post: Post, outbox: Outbox, batch: Batch, message: Outgoing, *, report: DeliveryReport
) -> bool:
    try:
        post.senders[batch.channel].send(message)
    except SendError as error:
        _fail(post, outbox, batch, error, report=report)
        return not error.is_server_away
    except Exception:  # noqa: BLE001 - whatever a sender did not foresee is about this message
        _put_aside(post, outbox, batch, report)
        return True
    with post.sessions.begin() as session:
        report.sent += outbox.record_sent(session, batch, now=post.clock())
    report.messages += 1
    return True


def _fail(
    post: Post, outbox: Outbox, batch: Batch, error: SendError, *, report: DeliveryReport
) -> None:
    with post.sessions.begin() as session:
        report.parked += outbox.record_failure(session, batch, error, now=post.clock())
    report.failures += 1
    _log_failure(batch, error)


def _put_aside(post: Post, outbox: Outbox, batch: Batch, report: DeliveryReport) -> None:
    """Put off, and park in the end, what makes a batch fail; the rest is claimed again.

    Where it fails only as a whole, all of it is put off.
    """

    def rehearse(ids: Sequence[int]) -> None:
        with post.sessions() as session:  # ended without a commit: nothing happened
            prepared = outbox.prepare(session, replace(batch, delivery_ids=ids), now=post.clock())
            if prepared.outgoing is not None and prepared.outgoing.lines:
                write_mail(once_each(prepared.outgoing.lines))

    poisoned = set(find_poison(batch.delivery_ids, rehearse) or batch.delivery_ids)
    faulty = replace(batch, delivery_ids=sorted(poisoned))
    _fail(post, outbox, faulty, SendError(FailureKind.POISONED), report=report)
    sound = [each for each in batch.delivery_ids if each not in poisoned]
    with post.sessions.begin() as session:
        outbox.release(session, [replace(batch, delivery_ids=sound)])


def _log_failure(batch: Batch, error: SendError) -> None:
    log.warning(
        "message_not_sent",
        kind=error.kind.value,
        channel=batch.channel,
        message_id=batch.message_id,
        deliveries=len(batch.delivery_ids),
    )
