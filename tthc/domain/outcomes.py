"""What an action makes of a dossier, and the receipt that starts its clock."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from tthc.domain.deadlines import Offices, compute_due
from tthc.domain.dossier import DossierState, StopReason
from tthc.domain.ledger import Due, Facts
from tthc.domain.lifecycle import Status
from tthc.domain.limits import TimeLimit
from tthc.domain.stages import DESK, StagePlan, StageRun, begin_stage


@dataclass(frozen=True, slots=True)
class Rules:
    """What the rules need besides the state.

    Attributes:
        offices: whose calendars hold.
        limit: the dossier's limit; None for one taken over from another system.
        due: the present due date with its derivation.
        limit_id: the row of the limit, written down at receipt.
        cited: what the limit is based on, kept in the derivation at receipt.
        stages: those the dossier goes through, and the one it is in; None without.
    """

    offices: Offices
    limit: TimeLimit | None
    due: Due | None
    limit_id: int | None = None
    cited: Facts = field(default_factory=dict)
    stages: StagePlan | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A new state, and what else is new.

    Attributes:
        due: set when the due date was computed anew.
        stages: those that ended, began or moved, in the order in which they did.
        facts: what the event tells besides what it was told.
    """

    state: DossierState
    due: Due | None = None
    began_stop: StopReason | None = None
    ended_stop: StopReason | None = None
    stages: tuple[StageRun, ...] = ()
    facts: Facts = field(default_factory=dict)


def receive(state: DossierState, *, at: datetime, rules: Rules) -> Outcome:
    """Start the clock at ``at``: receipt at the desk, or acceptance of an online dossier."""
    due = compute_due(at, rules.limit, rules.offices, rules.cited) if rules.limit else None
    received = choose_limit(state, rules.limit_id, rules.cited)
    outcome = set_due(replace(received, received_at=at, status=Status.RECEIVED), due, at)
    if rules.stages is None:
        return outcome
    first = replace(outcome, state=replace(outcome.state, stage_round=1))
    return enter_stage(first, DESK, at=at, plan=rules.stages)


def choose_limit(state: DossierState, limit_id: int | None, cited: Facts) -> DossierState:
    """Write down under which limit a dossier is: its row, case and version; None leaves it."""
    if limit_id is None:
        return state
    version_from = cited.get("version_from")
    return replace(
        state,
        limit_id=limit_id,
        case_code=cited.get("case_code"),
        version_from=date.fromisoformat(version_from) if version_from else None,
    )


def set_due(state: DossierState, due: Due | None, at: datetime) -> Outcome:
    """Write ``due`` into the state as a new due version; the first one is the original."""
    if due is None:
        return Outcome(state)
    moved = replace(
        state,
        due_version=state.due_version + 1,
        due_at=due.due_at,
        overdue_at=due.overdue_at,
        due_granularity=due.granularity,
        due_set_at=at,
        original_due_at=state.original_due_at or due.due_at,
        original_overdue_at=state.original_overdue_at or due.overdue_at,
    )
    return Outcome(moved, due)


def enter_stage(outcome: Outcome, number: int, *, at: datetime, plan: StagePlan) -> Outcome:
    """End the running stage and begin stage ``number``; past the last one there is none to begin.

    The round is that of the state.
    """
    stage = plan.find(number)
    state = replace(outcome.state, current_stage=stage.number if stage else None)
    ended = (replace(plan.running, ended_at=at),) if plan.running else ()
    begun = (begin_stage(stage, state, at=at),) if stage else ()
    return replace(outcome, state=state, stages=(*ended, *begun))
