"""What each action does to a dossier's state and its due date. Pure: the moment is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from tthc.domain import stopping
from tthc.domain.apologies import apologise
from tthc.domain.deadlines import extend_due
from tthc.domain.dossier import Details, DossierState
from tthc.domain.errors import RuleError
from tthc.domain.ledger import Due
from tthc.domain.lifecycle import Action, next_status
from tthc.domain.moment import ONE_DAY, civil_day
from tthc.domain.outcomes import Outcome, Rules, receive, set_due
from tthc.domain.passing import follow, pass_on
from tthc.domain.stopping import STOPS, begin_stop, check_running

MOST_EXTENSIONS = 1
"""Source: Nghị định 61/2018/NĐ-CP, Art. 19; to be confirmed for its successor, NĐ 118/2025."""


class ReasonMissingError(RuleError):
    """The action demands a reason."""

    code = "reason_required"


class ExtensionRefusedError(RuleError):
    """The due date may not be extended (again, or so late)."""

    code = "extension_refused"


class TimeOrderError(RuleError):
    """The claimed time lies in the future or before the dossier's newest event."""

    code = "time_out_of_order"


_Handler = Callable[[DossierState, Details, datetime, Rules], Outcome]


def act(
    state: DossierState, action: Action, details: Details, *, at: datetime, rules: Rules
) -> Outcome:
    """Return what ``action`` at ``at`` makes of ``state``.

    Raises:
        TransitionRefusedError: the status does not allow it.
        ReasonMissingError, ExtensionRefusedError, TimeOrderError, ClockStandsError,
        NoNextStageError: the action's own rules.
        CalendarGapError: a due date reaches a year without a calendar.
    """
    target = next_status(state.status, action)
    check_order(state, at)
    if action in REASON_DEMANDED and not (details.reason or "").strip():
        raise ReasonMissingError(
            "Phải nêu lý do cụ thể.", f"{action} demands a reason", field="reason"
        )
    moved = replace(state, version=state.version + 1, status=target, last_event_at=at)
    if action in STOPS:
        return begin_stop(moved, STOPS[action], at, back=state.status)
    handler = _HANDLERS.get(action)
    outcome = handler(moved, details, at, rules) if handler else Outcome(moved)
    return follow(state, action, outcome, at=at, rules=rules)


def check_order(state: DossierState, at: datetime) -> None:
    """Refuse a claimed time before the dossier's newest event."""
    if state.last_event_at is not None and at < state.last_event_at:
        raise TimeOrderError(
            "Thời điểm ghi nhận không được trước sự kiện gần nhất của hồ sơ.",
            "the claimed time lies before the dossier's newest event",
            field="happened_at",
        )


def _accept(state: DossierState, _details: Details, at: datetime, rules: Rules) -> Outcome:
    return receive(state, at=at, rules=rules)


def _assign(state: DossierState, details: Details, _at: datetime, _rules: Rules) -> Outcome:
    if details.officer is None:
        raise RuleError("Phải chọn cán bộ.", "name the officer", field="officer")
    return Outcome(replace(state, officer=details.officer))


def _hand_over(state: DossierState, details: Details, _at: datetime, _rules: Rules) -> Outcome:
    return Outcome(replace(state, officer=details.officer or state.officer))


def _extend(state: DossierState, details: Details, at: datetime, rules: Rules) -> Outcome:
    if rules.due is None or details.new_due_on is None:
        raise ExtensionRefusedError(
            "Hồ sơ không có ngày hẹn trả hoặc thiếu ngày hẹn mới.",
            "there is no due date to extend, or no new one was named",
            field="new_due_on",
        )
    check_running(state)
    _check_extension(state, rules.due, details, today=civil_day(at))
    unit = details.responsible_unit
    due = extend_due(rules.due, details.new_due_on, rules.offices, at=at, unit_code=unit)
    return set_due(replace(state, extension_count=state.extension_count + 1), due, at)


def _check_extension(state: DossierState, due: Due, details: Details, *, today: date) -> None:
    if state.extension_count >= MOST_EXTENSIONS:
        raise ExtensionRefusedError(
            "Chỉ được hẹn lại ngày trả kết quả một lần.", "a due date is extended at most once"
        )
    if details.responsible_unit is None:
        raise ExtensionRefusedError(
            "Phải nêu đơn vị gây chậm.",
            "name the unit responsible for the delay",
            field="responsible_unit",
        )
    if today > civil_day(due.due_at) - ONE_DAY:
        raise ExtensionRefusedError(
            "Văn bản xin lỗi phải gửi trước ngày hẹn trả ít nhất một ngày.",
            "the apology must come at least one day before the due day",
        )


def _finish(state: DossierState, details: Details, at: datetime, _rules: Rules) -> Outcome:
    check_running(state)
    return Outcome(
        replace(
            state,
            finished_at=at,
            ended_at=at,
            result_code=details.result_code,
            is_result_electronic=details.is_result_electronic,
        )
    )


def _end(state: DossierState, _details: Details, at: datetime, _rules: Rules) -> Outcome:
    """End without a result; ``stopped_at`` stays, for who ends stopped is judged at the stop."""
    return Outcome(replace(state, ended_at=at, resume_status=None))


def _return(state: DossierState, details: Details, at: datetime, _rules: Rules) -> Outcome:
    form = details.return_form or state.return_form
    return Outcome(replace(state, returned_at=at, return_form=form))


REASON_DEMANDED = frozenset(
    {
        Action.REFUSE,
        Action.REQUEST_SUPPLEMENT,
        Action.REQUEST_PAYMENT,
        Action.EXTEND,
        Action.APOLOGISE,
        Action.WITHDRAW,
        Action.STOP,
        Action.PAUSE,
    }
)

_HANDLERS: dict[Action, _Handler] = {
    Action.ACCEPT: _accept,
    Action.ASSIGN: _assign,
    Action.HAND_OVER: _hand_over,
    Action.PASS_ON: pass_on,
    Action.TAKE_SUPPLEMENT: stopping.take_supplement,
    Action.CONFIRM_PAYMENT: stopping.confirm_payment,
    Action.EXTEND: _extend,
    Action.APOLOGISE: apologise,
    Action.FINISH: _finish,
    Action.RETURN: _return,
    Action.WITHDRAW: _end,
    Action.STOP: _end,
    Action.PAUSE: stopping.pause,
    Action.RESUME: stopping.resume,
}
