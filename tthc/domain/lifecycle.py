"""The life of a dossier as one table: which action moves which status where."""

from __future__ import annotations

from enum import IntEnum, StrEnum

from tthc.domain.errors import TransitionRefusedError


class Status(IntEnum):
    """The national status list. Lateness is not a status: it is computed from instants.

    Source: code list TrangThaiHoSo of the national public-service portal.
    """

    REGISTERED = 1
    RECEIVED = 2
    REFUSED = 3
    PROCESSING = 4
    SUPPLEMENT_REQUESTED = 5
    PAYMENT_REQUESTED = 6
    WITHDRAWN = 7
    STOPPED = 8
    FINISHED = 9
    RETURNED = 10


STATUS_NAMES: dict[Status, str] = {
    Status.REGISTERED: "Mới đăng ký",
    Status.RECEIVED: "Được tiếp nhận",
    Status.REFUSED: "Không được tiếp nhận",
    Status.PROCESSING: "Đang xử lý",
    Status.SUPPLEMENT_REQUESTED: "Yêu cầu bổ sung giấy tờ",
    Status.PAYMENT_REQUESTED: "Yêu cầu thực hiện nghĩa vụ tài chính",
    Status.WITHDRAWN: "Công dân yêu cầu rút hồ sơ",
    Status.STOPPED: "Dừng xử lý",
    Status.FINISHED: "Đã xử lý xong",
    Status.RETURNED: "Đã trả kết quả",
}


class Action(StrEnum):
    """What somebody does to a dossier. The first three begin its life.

    RECALCULATE is no one's action: a change of the calendar moved the due date.
    """

    REGISTER = "register"
    RECEIVE = "receive"
    TAKE_OVER = "take_over"
    ACCEPT = "accept"
    REFUSE = "refuse"
    HAND_OVER = "hand_over"
    ASSIGN = "assign"
    REQUEST_SUPPLEMENT = "request_supplement"
    TAKE_SUPPLEMENT = "take_supplement"
    REQUEST_PAYMENT = "request_payment"
    CONFIRM_PAYMENT = "confirm_payment"
    EXTEND = "extend"
    WITHDRAW = "withdraw"
    STOP = "stop"
    FINISH = "finish"
    RETURN = "return"
    PAUSE = "pause"
    RESUME = "resume"
    RECALCULATE = "recalculate"
    PASS_ON = "pass_on"  # noqa: S105 - from one stage to the next, no secret
    APOLOGISE = "apologise"
    SET_CONTACT = "set_contact"


_S = Status

PAUSABLE = (_S.RECEIVED, _S.PROCESSING, _S.SUPPLEMENT_REQUESTED, _S.PAYMENT_REQUESTED)
"""Where the clock may be stopped for a reason that has no national status of its own."""

HEARING = (_S.REGISTERED, *PAUSABLE, _S.FINISHED)
"""Where there is still something to tell the applicant, and so a contact to be changed."""

TRANSITIONS: dict[tuple[Status, Action], Status] = {
    (_S.REGISTERED, Action.ACCEPT): _S.RECEIVED,
    (_S.REGISTERED, Action.REFUSE): _S.REFUSED,
    (_S.REGISTERED, Action.REQUEST_SUPPLEMENT): _S.SUPPLEMENT_REQUESTED,
    (_S.RECEIVED, Action.HAND_OVER): _S.PROCESSING,
    (_S.RECEIVED, Action.ASSIGN): _S.RECEIVED,
    (_S.RECEIVED, Action.REQUEST_SUPPLEMENT): _S.SUPPLEMENT_REQUESTED,
    (_S.RECEIVED, Action.EXTEND): _S.RECEIVED,
    (_S.RECEIVED, Action.WITHDRAW): _S.WITHDRAWN,
    (_S.PROCESSING, Action.ASSIGN): _S.PROCESSING,
    (_S.PROCESSING, Action.PASS_ON): _S.PROCESSING,
    (_S.PROCESSING, Action.REQUEST_SUPPLEMENT): _S.SUPPLEMENT_REQUESTED,
    (_S.PROCESSING, Action.REQUEST_PAYMENT): _S.PAYMENT_REQUESTED,
    (_S.PROCESSING, Action.EXTEND): _S.PROCESSING,
    (_S.PROCESSING, Action.WITHDRAW): _S.WITHDRAWN,
    (_S.PROCESSING, Action.STOP): _S.STOPPED,
    (_S.PROCESSING, Action.FINISH): _S.FINISHED,
    (_S.SUPPLEMENT_REQUESTED, Action.TAKE_SUPPLEMENT): _S.RECEIVED,
    (_S.SUPPLEMENT_REQUESTED, Action.WITHDRAW): _S.WITHDRAWN,
    (_S.SUPPLEMENT_REQUESTED, Action.STOP): _S.STOPPED,
    (_S.PAYMENT_REQUESTED, Action.CONFIRM_PAYMENT): _S.PROCESSING,
    (_S.PAYMENT_REQUESTED, Action.WITHDRAW): _S.WITHDRAWN,
    (_S.PAYMENT_REQUESTED, Action.STOP): _S.STOPPED,
    (_S.FINISHED, Action.RETURN): _S.RETURNED,
    **{(status, Action.PAUSE): status for status in PAUSABLE},
    **{(status, Action.RESUME): status for status in PAUSABLE},
    **{(status, Action.APOLOGISE): status for status in PAUSABLE},
    **{(status, Action.SET_CONTACT): status for status in HEARING},
}
"""Every move but the births. Taking a supplement goes back to the first step; where only the
clock was paused (``StopMode.SHIFT``) it goes back to the status before the request."""

FINAL = frozenset(Status) - {status for status, _ in TRANSITIONS}
CLOCK_RUNS = frozenset({_S.RECEIVED, _S.PROCESSING})
CLOCK_STOPPED = frozenset({_S.SUPPLEMENT_REQUESTED, _S.PAYMENT_REQUESTED})
OPEN = CLOCK_RUNS | CLOCK_STOPPED
WITH_RESULT = frozenset({_S.FINISHED, _S.RETURNED})
ENDED_WITHOUT_RESULT = frozenset({_S.WITHDRAWN, _S.STOPPED})
NOT_COUNTED = frozenset({_S.REGISTERED, _S.REFUSED})
"""Statuses that never enter a figure: not yet accepted, or refused at the counter."""


def next_status(current: Status, action: Action) -> Status:
    """Return the status after ``action``.

    Raises:
        TransitionRefusedError: the table has no such move.
    """
    try:
        return TRANSITIONS[current, action]
    except KeyError:
        raise TransitionRefusedError(
            f"Hồ sơ đang ở trạng thái “{STATUS_NAMES[current]}”, không thể thực hiện “{action}”.",
            f"cannot {action} a dossier in status {current.value} ({current.name.lower()})",
            status=str(current.value),
            action=action,
        ) from None


def actions_from(status: Status) -> list[Action]:
    """Return what may happen to a dossier in ``status``, in the order of ``Action``."""
    return [action for action in Action if (status, action) in TRANSITIONS]
