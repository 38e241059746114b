"""What a citizen is told of a dossier, when that stops being true, and at which hours.

Choice: docs/decisions/citizen-notices.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

from tthc.domain.dossier import DossierState
from tthc.domain.lifecycle import CLOCK_RUNS, OPEN, Action, Status
from tthc.domain.moment import local


class NoticeKind(StrEnum):
    """What a notice tells. An apology is a person's decision: nothing tells of lateness by itself.

    Source: Thông tư 03/2025/TT-VPCP, forms 01 (received), 02 (supplement), 03 (refused), 04
    (apologies), 05 (stopped).
    """

    RECEIVED = "received"
    SUPPLEMENT_REQUESTED = "supplement_requested"
    PAYMENT_REQUESTED = "payment_requested"
    DUE_MOVED = "due_moved"
    APOLOGY = "apology"
    LATE_APOLOGY = "late_apology"
    READY = "ready"
    REFUSED = "refused"
    STOPPED = "stopped"
    WITHDRAWN = "withdrawn"


_KINDS: dict[Action, NoticeKind] = {
    Action.REFUSE: NoticeKind.REFUSED,
    Action.REQUEST_SUPPLEMENT: NoticeKind.SUPPLEMENT_REQUESTED,
    Action.REQUEST_PAYMENT: NoticeKind.PAYMENT_REQUESTED,
    Action.EXTEND: NoticeKind.APOLOGY,
    Action.APOLOGISE: NoticeKind.LATE_APOLOGY,
    Action.FINISH: NoticeKind.READY,
    Action.STOP: NoticeKind.STOPPED,
    Action.WITHDRAW: NoticeKind.WITHDRAWN,
}

_TRUE_IN: dict[NoticeKind, frozenset[Status]] = {
    NoticeKind.RECEIVED: CLOCK_RUNS,
    NoticeKind.SUPPLEMENT_REQUESTED: frozenset({Status.SUPPLEMENT_REQUESTED}),
    NoticeKind.PAYMENT_REQUESTED: frozenset({Status.PAYMENT_REQUESTED}),
    NoticeKind.DUE_MOVED: OPEN,
    NoticeKind.APOLOGY: OPEN,
    NoticeKind.LATE_APOLOGY: OPEN,
    NoticeKind.READY: frozenset({Status.FINISHED}),
    NoticeKind.REFUSED: frozenset({Status.REFUSED}),
    NoticeKind.STOPPED: frozenset({Status.STOPPED}),
    NoticeKind.WITHDRAWN: frozenset({Status.WITHDRAWN}),
}


def kind_of(action: Action, before: DossierState, after: DossierState) -> NoticeKind | None:
    """Return what the citizen is told of an event, or None.

    Whatever starts the clock is the receipt; whatever else moves a date that was given makes
    the slip wrong.
    """
    if before.received_at is None and after.received_at is not None:
        return NoticeKind.RECEIVED
    if action in _KINDS:
        return _KINDS[action]
    has_moved = before.due_at is not None and after.due_at != before.due_at
    return NoticeKind.DUE_MOVED if has_moved else None


def is_true_in(kind: NoticeKind, status: Status) -> bool:
    """Say whether a notice may still leave when its dossier has come to ``status``."""
    return status in _TRUE_IN[kind]


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The hours of a Vietnamese day in which no citizen is written to: ``[since, until)``.

    They may pass midnight; where both are the same there are none.
    """

    since: time
    until: time

    def covers(self, moment: datetime) -> bool:
        """Say whether ``moment`` lies within them."""
        at = local(moment).time()
        if self.since <= self.until:
            return self.since <= at < self.until
        return at >= self.since or at < self.until
