"""Closing a period: its figures are reported once, and what changes later is told as a change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tthc.domain.accounts import Actor
from tthc.domain.campaign import SecondPersonError
from tthc.domain.errors import ConflictError, RuleError

MOST_SPOILED = 0.02
"""Choice: docs/decisions/period-close.md. Set by ``TTHC_SPOILED_PERCENT``."""


class ClosingStatus(StrEnum):
    """Where a closing stands: doubtful data wait for a second person."""

    PROPOSED = "proposed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Change(StrEnum):
    """What became of a line of a report."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class PeriodRunningError(RuleError):
    """The period is not over yet."""

    code = "period_running"


class DataDoubtfulError(RuleError):
    """Too many dossiers spoil the statistics to close the period without a reason."""

    code = "data_doubtful"


class ClosingStateError(ConflictError):
    """The closing is not where this can be done to it."""

    code = "closing_state"


class NothingToAdjustError(ConflictError):
    """Nothing differs from what was reported last."""

    code = "nothing_to_adjust"


@dataclass(frozen=True, slots=True)
class Gate:
    """How much doubt lets a single person close a period: a share of spoiled dossiers."""

    most_spoiled: float = MOST_SPOILED

    def is_doubtful(self, spoiled: int, dossiers: int, discords: int) -> bool:
        """Whether a reason and a second person are needed; any sum that disagrees is enough."""
        return discords > 0 or spoiled > self.most_spoiled * dossiers


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One line that is no more what it was: a dossier's, or a day range of a procedure's.

    ``before`` and ``after`` are lines of ``file``; one is None where there was or is none.
    """

    file: str
    subject: str
    change: Change
    before: str | None
    after: str | None


def check_second_person(status: ClosingStatus, proposed_by: str, actor: Actor) -> None:
    """Refuse an approval out of turn, or by who proposed the closing.

    Raises:
        ClosingStateError: it is not waiting for approval.
        SecondPersonError: ``actor`` proposed it.
    """
    if status is not ClosingStatus.PROPOSED:
        raise ClosingStateError(
            "Kỳ báo cáo không chờ duyệt.", "the closing is not waiting for approval"
        )
    if proposed_by == actor.username:
        raise SecondPersonError(
            "Người đề nghị không được tự duyệt việc chốt kỳ.",
            "doubtful data are closed by a second person",
        )


def find_adjustments(file: str, before: bytes, after: bytes) -> Iterator[Adjustment]:
    """Give what differs between two states of a file of lines, by subject: their first cells.

    Lines of one subject are taken together: a procedure may have several day ranges.
    """
    olds, news = _by_subject(before), _by_subject(after)
    for subject in sorted(olds.keys() | news.keys()):
        old, new = olds.get(subject), news.get(subject)
        if old != new:
            change = Change.CHANGED
            if old is None or new is None:
                change = Change.ADDED if old is None else Change.REMOVED
            yield Adjustment(file, subject, change, old, new)


def _by_subject(content: bytes) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for line in content.decode().splitlines()[1:]:
        subject = line.split(",", 1)[0]
        found[subject] = f"{found[subject]}\n{line}" if subject in found else line
    return found
