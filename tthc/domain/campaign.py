"""A change of the calendar on its way: proposed, looked at, approved by another, applied."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tthc.domain.accounts import Actor
from tthc.domain.errors import ConflictError, ForbiddenError
from tthc.domain.ledger import Due


class CampaignStatus(StrEnum):
    """Where a campaign stands. The calendar itself changes at the approval."""

    DRAFT = "draft"
    APPROVED = "approved"
    APPLIED = "applied"
    WITHDRAWN = "withdrawn"


class Turn(StrEnum):
    """What a moved due date makes of a dossier that is judged at one moment."""

    BECOMES_LATE = "becomes_late"
    BECOMES_IN_TIME = "becomes_in_time"


class SecondPersonError(ForbiddenError):
    """Who proposed a change of the calendar may not approve it."""

    code = "second_person_required"


class CampaignStateError(ConflictError):
    """The campaign is not where this can be done to it."""

    code = "campaign_state"


@dataclass(frozen=True, slots=True)
class Move:
    """One open dossier whose due date a campaign moves; the slip printed for it is wrong."""

    dossier_id: int
    unit_code: str | None
    due_before: datetime
    due_after: datetime
    turn: Turn | None


def judge_move(
    dossier_id: int, unit_code: str | None, dues: tuple[Due, Due], *, judged_at: datetime
) -> Move:
    """Return the move from one due date to another, judged late or not at ``judged_at``."""
    before, after = dues
    was_late, is_late = judged_at >= before.overdue_at, judged_at >= after.overdue_at
    turn = None
    if was_late is not is_late:
        turn = Turn.BECOMES_LATE if is_late else Turn.BECOMES_IN_TIME
    return Move(dossier_id, unit_code, before.due_at, after.due_at, turn)


def check_approval(
    status: CampaignStatus, proposed_by: str, actor: Actor, *, is_previewed: bool
) -> None:
    """Refuse an approval out of turn, of nobody knows what, or by who proposed it.

    Raises:
        CampaignStateError: it is no draft, or what it moves was not computed yet.
        SecondPersonError: ``actor`` proposed it.
    """
    if status is not CampaignStatus.DRAFT:
        raise CampaignStateError(
            "Chỉ duyệt được thay đổi lịch đang là dự thảo.", "only a draft can be approved"
        )
    if proposed_by == actor.username:
        raise SecondPersonError(
            "Người đề xuất không được tự duyệt thay đổi lịch.",
            "a change of the calendar is approved by a second person",
        )
    if not is_previewed:
        raise CampaignStateError(
            "Chưa tính xong ảnh hưởng của thay đổi lịch.", "what it moves is not computed yet"
        )
