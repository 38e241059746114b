"""A dossier moved step by step under the official calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tests.domain.calendars import at, official
from tthc.domain.actions import act
from tthc.domain.deadlines import Offices
from tthc.domain.dossier import (
    Details,
    DossierState,
    StopReason,
    changes_between,
)
from tthc.domain.limits import LimitUnit, StopMode, TimeLimit
from tthc.domain.outcomes import Rules, receive

MONDAY = at("2026-03-02 09:00")
LIMIT = TimeLimit(5, LimitUnit.WORKING_DAY)
SHIFTING = TimeLimit(5, LimitUnit.WORKING_DAY, stop_mode=StopMode.SHIFT)
TOLD = Details(
    reason="Thiếu giấy tờ",
    papers=("Giấy khai sinh",),
    officer="officer",
    new_due_on=date(2026, 3, 12),
    responsible_unit="05128",
    stop_reason=StopReason.OTHER_AGENCY,
)


class Life:
    """A dossier with the due date its rules need, moved step by step."""

    def __init__(self, limit=LIMIT, *, online=False, plan=None) -> None:
        self.limit, self.due, self.plan = limit, None, plan
        self.runs = {}
        self.state = DossierState(version=1, registered_at=MONDAY, last_event_at=MONDAY)
        self.events = []
        if not online:
            self._take(receive(self.state, at=MONDAY, rules=self.rules))

    @property
    def rules(self) -> Rules:
        plan = self.plan and replace(self.plan, running=self.running)
        return Rules(Offices.one(official()), self.limit, self.due, stages=plan)

    @property
    def running(self):
        return next((run for run in self.runs.values() if run.ended_at is None), None)

    def _take(self, outcome):
        self.state, self.due = outcome.state, outcome.due or self.due
        self.runs |= {(run.round, run.number): run for run in outcome.stages}
        return outcome

    def do(self, action, when, details=TOLD):
        before = self.state
        moment = at(when) if isinstance(when, str) else when
        outcome = self._take(act(before, action, details, at=moment, rules=self.rules))
        self.events.append(changes_between(before, self.state))
        return outcome
