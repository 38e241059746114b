"""The whole transition table: every status with every action."""

from __future__ import annotations

from itertools import product

import pytest

from tthc.domain.errors import TransitionRefusedError
from tthc.domain.lifecycle import (
    CLOCK_RUNS,
    CLOCK_STOPPED,
    ENDED_WITHOUT_RESULT,
    FINAL,
    NOT_COUNTED,
    STATUS_NAMES,
    WITH_RESULT,
    Action,
    Status,
    next_status,
)

ALLOWED = {
    1: {"accept": 2, "refuse": 3, "request_supplement": 5},
    2: {"hand_over": 4, "assign": 2, "request_supplement": 5, "extend": 2, "withdraw": 7},
    4: {
        "assign": 4,
        "pass_on": 4,
        "request_supplement": 5,
        "request_payment": 6,
        "extend": 4,
        "withdraw": 7,
        "stop": 8,
        "finish": 9,
    },
    5: {"take_supplement": 2, "withdraw": 7, "stop": 8},
    6: {"confirm_payment": 4, "withdraw": 7, "stop": 8},
    9: {"return": 10},
}
for _status in (2, 4, 5, 6):  # neither a pause nor an apology has a status of its own
    ALLOWED[_status] |= {"pause": _status, "resume": _status, "apologise": _status}
for _status in (1, 2, 4, 5, 6, 9):  # as long as there is something to tell the applicant
    ALLOWED[_status] |= {"set_contact": _status}
"""Written by hand from the life cycle of the national portal; everything else is forbidden."""


@pytest.mark.parametrize(("status", "action"), list(product(Status, Action)))
def test_each_status_allows_exactly_its_actions(status, action):
    target = ALLOWED.get(status, {}).get(action)
    if target is None:
        with pytest.raises(TransitionRefusedError) as refused:
            next_status(status, action)
        assert refused.value.details == {"status": str(status.value), "action": action}
    else:
        assert next_status(status, action) is Status(target)


def test_nothing_follows_an_end():
    assert {Status.REFUSED, Status.WITHDRAWN, Status.STOPPED, Status.RETURNED} == FINAL


def test_every_status_is_of_one_kind():
    kinds = [CLOCK_RUNS, CLOCK_STOPPED, WITH_RESULT, ENDED_WITHOUT_RESULT, NOT_COUNTED]
    assert sorted(status for kind in kinds for status in kind) == sorted(Status)
    assert set(STATUS_NAMES) == set(Status)
    assert [status.value for status in Status] == list(range(1, 11))
