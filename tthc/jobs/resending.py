"""Sending messages of webhooks again, a few in each round. Nothing is sent inside a transaction."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from tthc.channels.outgoing import Outgoing, SendError
from tthc.jobs.delivering import Post
from tthc.services.resends import Step, claim_step, record_refused, record_taken

MOST_IN_A_ROUND = 50
"""So that new alerts wait for a long resend no longer than that many messages take."""

log = structlog.get_logger("tthc.delivery")


@dataclass(slots=True)
class ResendReport:
    """How many messages left again, and how many tries failed."""

    messages: int = 0
    failures: int = 0


def resend_some(post: Post, *, most: int = MOST_IN_A_ROUND) -> ResendReport:
    """Send up to ``most`` messages of the resends whose time has come.

    At least once each, in the order of each webhook, under the message id they had.
    """
    report = ResendReport()
    while report.messages + report.failures < most and not post.should_stop():
        with post.sessions.begin() as session:
            step = claim_step(session, now=post.clock())
        if step is None:
            break
        if step.outgoing is not None:
            _send(post, step, step.outgoing, report)
    return report


def _send(post: Post, step: Step, message: Outgoing, report: ResendReport) -> None:
    try:
        post.senders[message.channel].send(message)
    except SendError as error:
        with post.sessions.begin() as session:
            record_refused(session, step, error, now=post.clock())
        report.failures += 1
        log.warning(
            "message_not_sent",
            kind=error.kind.value,
            channel=message.channel,
            message_id=message.message_id,
            deliveries=0,
        )
        return
    with post.sessions.begin() as session:
        record_taken(session, step, now=post.clock())
    report.messages += 1
