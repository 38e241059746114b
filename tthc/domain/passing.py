"""From stage to stage: what each action of a dossier does to the stage it is in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tthc.domain.calendar import WorkingCalendar
from tthc.domain.counting import Stop
from tthc.domain.dossier import Details, DossierState
from tthc.domain.errors import ConflictError
from tthc.domain.lifecycle import Action
from tthc.domain.limits import StopMode
from tthc.domain.outcomes import Outcome, Rules, enter_stage
from tthc.domain.stages import DESK, StagePlan, StageRun, end_standstill
from tthc.domain.stopping import check_running


class NoNextStageError(ConflictError):
    """The dossier has no stages, or is in the last one."""

    code = "no_next_stage"


def pass_on(state: DossierState, details: Details, at: datetime, rules: Rules) -> Outcome:
    """End the stage and begin the next one; an officer stays only within one agency.

    Raises:
        NoNextStageError: there is none.
        ClockStandsError: the clock is paused.
    """
    check_running(state)
    plan, run = rules.stages, _running(rules)
    stage = plan.find(run.number + 1) if plan and run else None
    if plan is None or run is None or stage is None:
        raise NoNextStageError(
            "Hồ sơ không có bước tiếp theo.", "the dossier has no stage to be passed on to"
        )
    kept = state.officer if stage.who == run.who else None
    taken = replace(state, officer=details.officer or kept)
    return enter_stage(Outcome(taken), stage.number, at=at, plan=plan)


def follow(
    before: DossierState, action: Action, outcome: Outcome, *, at: datetime, rules: Rules
) -> Outcome:
    """Return ``outcome`` with what it makes of the running stage.

    Hand-over ends the desk's stage; a supplement that counts anew begins a new round there; an
    end ends the stage, and names those a result skipped; when the clock runs again its date moves.
    """
    plan, run = rules.stages, _running(rules)
    if plan is None or run is None or outcome.stages:
        return outcome
    state = outcome.state
    if state.ended_at is not None:
        return _close(outcome, action, plan, replace(run, ended_at=at))
    if action is Action.TAKE_SUPPLEMENT and _counts_anew(rules):
        state, number = replace(state, stage_round=state.stage_round + 1), DESK
    elif action is Action.HAND_OVER:
        number = run.number + 1
    else:
        return _go_on(before, outcome, run, at=at, rules=rules)
    return enter_stage(replace(outcome, state=state), number, at=at, plan=plan)


def _running(rules: Rules) -> StageRun | None:
    return rules.stages.running if rules.stages else None


def _counts_anew(rules: Rules) -> bool:
    return rules.limit is not None and rules.limit.stop_mode is StopMode.RESTART


def _close(outcome: Outcome, action: Action, plan: StagePlan, ended: StageRun) -> Outcome:
    skipped = plan.after(ended.number) if action is Action.FINISH else ()
    facts = {"skipped_stages": [stage.number for stage in skipped]} if skipped else {}
    return replace(outcome, stages=(ended,), facts=facts)


def _go_on(
    before: DossierState, outcome: Outcome, run: StageRun, *, at: datetime, rules: Rules
) -> Outcome:
    """Stay in the stage: with another officer, or with its date moved by a stop that ended."""
    state, after = outcome.state, run
    if state.officer != before.officer:
        after = replace(after, officer=state.officer)
    if before.stopped_at is not None and state.stopped_at is None:
        stop = Stop(before.stopped_at, at)
        reason = outcome.ended_stop.value if outcome.ended_stop else ""
        after = end_standstill(after, stop, _calendar_of(run, rules), reason=reason)
    return outcome if after == run else replace(outcome, stages=(after,))


def _calendar_of(run: StageRun, rules: Rules) -> WorkingCalendar:
    stage = rules.stages.find(run.number) if rules.stages else None
    return stage.calendar if stage else rules.offices.work
