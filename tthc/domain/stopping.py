"""Stops of the clock: they begin, overlap and end; the due date moves when the last one ends.

Two stops that overlap or follow each other at once move as much as one over both. A stop that
began when the dossier was late already moves nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tthc.domain.counting import Stop
from tthc.domain.deadlines import end_stop
from tthc.domain.dossier import PAUSE_REASONS, Details, DossierState, StopReason
from tthc.domain.errors import ConflictError, RuleError
from tthc.domain.lifecycle import CLOCK_STOPPED, Action, Status
from tthc.domain.limits import StopMode
from tthc.domain.outcomes import Outcome, Rules, receive, set_due

STOPS = {
    Action.REQUEST_SUPPLEMENT: StopReason.SUPPLEMENT,
    Action.REQUEST_PAYMENT: StopReason.PAYMENT,
}
"""The actions that stop the clock by a status of its own."""


class ClockStandsError(ConflictError):
    """The clock stands still already, or does not, or must run before this can be done."""

    code = "clock_stands"


def begin_stop(state: DossierState, reason: StopReason, at: datetime, *, back: Status) -> Outcome:
    """Stop the clock for a reason with a status of its own; ``back`` is where it came from.

    Before acceptance there is no clock to stop.
    """
    if state.received_at is None:
        return Outcome(replace(state, resume_status=back))
    return Outcome(
        replace(
            state,
            stopped_at=state.stopped_at or at,
            resume_status=back,
            stop_count=state.stop_count + 1,
            supplement_count=state.supplement_count + (reason is StopReason.SUPPLEMENT),
        ),
        began_stop=reason,
    )


def pause(state: DossierState, details: Details, at: datetime, _rules: Rules) -> Outcome:
    """Stop the clock for another agency or force majeure; the status stays.

    Raises:
        RuleError: no such reason.
        ClockStandsError: it is paused already, or has not started.
    """
    if details.stop_reason not in PAUSE_REASONS:
        raise RuleError(
            "Phải chọn lý do tạm dừng: cơ quan khác hoặc bất khả kháng.",
            "name why the clock pauses: other_agency or force_majeure",
            field="stop_reason",
        )
    if state.paused_for is not None:
        raise ClockStandsError("Hồ sơ đang tạm dừng.", "the clock is paused already")
    if state.received_at is None:
        raise ClockStandsError("Hồ sơ chưa được tiếp nhận.", "the clock has not started")
    paused = replace(
        state,
        stopped_at=state.stopped_at or at,
        stop_count=state.stop_count + 1,
        paused_for=details.stop_reason,
    )
    return Outcome(paused, began_stop=details.stop_reason)


def resume(state: DossierState, _details: Details, at: datetime, rules: Rules) -> Outcome:
    """End a pause, or raise ClockStandsError; the clock runs when no other stop is open."""
    reason = state.paused_for
    if reason is None:
        raise ClockStandsError("Hồ sơ không tạm dừng.", "the clock is not paused")
    running = replace(state, paused_for=None)
    if state.status in CLOCK_STOPPED:
        return Outcome(running, ended_stop=reason)
    return _end_stop(running, at, rules, (state.resume_mode or StopMode.SHIFT, reason))


def _end_stop(
    state: DossierState, at: datetime, rules: Rules, ending: tuple[StopMode, StopReason]
) -> Outcome:
    """End a stop; the clock runs again, and the due date moves, when no other one is open."""
    mode, reason = ending
    if state.paused_for is not None:
        pending = StopMode.RESTART if mode is StopMode.RESTART else state.resume_mode
        waiting = replace(state, resume_status=None, resume_mode=pending)
        return Outcome(waiting, ended_stop=reason)
    cleared = replace(state, stopped_at=None, resume_status=None, resume_mode=None)
    if rules.due is None or rules.limit is None or state.stopped_at is None:
        return Outcome(cleared, ended_stop=reason)
    stop = Stop(state.stopped_at, at)
    due = end_stop(rules.due, stop, rules.limit, rules.offices, mode=mode, reason=reason.value)
    return replace(set_due(cleared, due, at), ended_stop=reason)


def take_supplement(state: DossierState, _details: Details, at: datetime, rules: Rules) -> Outcome:
    """Take the papers asked for; before acceptance this is the receipt."""
    if state.received_at is None:
        return receive(replace(state, resume_status=None), at=at, rules=rules)
    mode = rules.limit.stop_mode if rules.limit else StopMode.SHIFT
    back = state.resume_status if mode is StopMode.SHIFT else None
    moved = replace(state, status=back or state.status)
    return _end_stop(moved, at, rules, (mode, StopReason.SUPPLEMENT))


def confirm_payment(state: DossierState, details: Details, at: datetime, rules: Rules) -> Outcome:
    """Note that a financial obligation was met; the clock goes on where it stood."""
    paid = replace(state, payment_kind=details.payment_kind or state.payment_kind)
    mode = state.resume_mode or StopMode.SHIFT
    return _end_stop(paid, at, rules, (mode, StopReason.PAYMENT))


def check_running(state: DossierState) -> None:
    """Refuse what must wait until a pause ends."""
    if state.paused_for is not None:
        raise ClockStandsError(
            "Hồ sơ đang tạm dừng; hãy tiếp tục tính thời gian trước.",
            "the clock is paused; resume it first",
        )
