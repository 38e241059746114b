"""The stages of a procedure: whose turn it is, by when, and what each was begun with.

A stage (bước) that misses its own date is behind (chậm tiến độ), which is internal; only the
dossier's own date makes it overdue (quá hạn). Choice: docs/decisions/stages.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from tthc.domain.calendar import WorkingCalendar
from tthc.domain.counting import Stop
from tthc.domain.deadlines import Offices, compute_due, end_stop
from tthc.domain.dossier import DossierState
from tthc.domain.ledger import Due
from tthc.domain.limits import Counting, LimitUnit, StopMode, TimeLimit
from tthc.domain.moment import ONE_DAY, at_minute, civil_day, start_of_day
from tthc.domain.stage_rules import StageRule

DESK = 0
"""The stage from receipt to hand-over. Every plan begins with it."""
DESK_NAME = "Tiếp nhận"
HAND_OVER_CUTOFF = 15 * 60
"""Minute of the day until which a dossier is handed over on the day it came in.

Source: practice (“sau 15 giờ”); to be confirmed. Choice: docs/decisions/stages.md.
"""


@dataclass(frozen=True, slots=True)
class PlannedStage:
    """A stage as it is for one dossier. ``limit`` None: the desk's rest of the day."""

    number: int
    name: str
    unit_code: str | None
    agency: str
    limit: TimeLimit | None
    is_confirmed: bool
    calendar: WorkingCalendar

    @property
    def who(self) -> tuple[str | None, str]:
        """Whose turn it is."""
        return self.unit_code, self.agency


@dataclass(frozen=True, slots=True)
class StageRun:
    """A stage that a dossier entered; it runs while ``ended_at`` is empty.

    Attributes:
        round: which time through: a supplement that counts anew begins the next one.
        limit: the stage's own, as it was when it began.
        is_inherited: the promised date had passed when it began, or left less than the limit.
        due: its own date with the derivation; None without a limit.
    """

    round: int
    number: int
    name: str
    unit_code: str | None
    agency: str
    officer: str | None
    started_at: datetime
    limit: TimeLimit
    is_confirmed: bool
    is_inherited: bool
    due: Due | None
    ended_at: datetime | None = None

    @property
    def who(self) -> tuple[str | None, str]:
        """Whose turn it is."""
        return self.unit_code, self.agency


@dataclass(frozen=True, slots=True)
class StagePlan:
    """The stages of one dossier from the desk on, and the one it is in."""

    stages: tuple[PlannedStage, ...]
    running: StageRun | None = None

    def find(self, number: int) -> PlannedStage | None:
        """Return the stage with this number, None past the last one."""
        return next((stage for stage in self.stages if stage.number == number), None)

    def after(self, number: int) -> tuple[PlannedStage, ...]:
        """Return the stages that come after this number."""
        return tuple(stage for stage in self.stages if stage.number > number)


def lay_plan(
    rules: Iterable[StageRule],
    receiving: str | None,
    resolving: str | None,
    calendar_of: Callable[[str | None], WorkingCalendar],
) -> StagePlan:
    """Return the plan of a dossier received and resolved by these units."""
    rules = list(rules)
    desk = PlannedStage(
        DESK, DESK_NAME, receiving, "", None, is_confirmed=False, calendar=calendar_of(receiving)
    )
    stages = {DESK: desk}
    for rule in rules:
        unit = rule.unit_code or (resolving if rule.number else receiving)
        stages[rule.number] = PlannedStage(
            rule.number,
            rule.name,
            unit,
            rule.agency,
            rule.limit,
            rule.is_confirmed,
            calendar_of(unit),
        )
    return StagePlan(tuple(stages[number] for number in sorted(stages)))


def desk_limit(received_at: datetime, calendar: WorkingCalendar) -> TimeLimit:
    """Return how many half-days the desk has: the rest of the day, after 15:00 one more.

    What comes in outside opening hours comes in with the next opening.
    """
    opens_at = calendar.opening_from(received_at)
    day = civil_day(opens_at)
    to_come = calendar.shifts_between(opens_at, start_of_day(day + ONE_DAY)) - 1
    is_late_in_the_day = opens_at > at_minute(day, HAND_OVER_CUTOFF)
    amount = max(to_come, 0) + is_late_in_the_day
    return TimeLimit(amount, LimitUnit.WORKING_DAY, Counting.HALF_DAY, StopMode.SHIFT)


def begin_stage(stage: PlannedStage, state: DossierState, *, at: datetime) -> StageRun:
    """Return ``stage`` as a dossier in ``state`` enters it: its officer, round and own date.

    Raises:
        CalendarGapError: the stage's limit reaches a year without a calendar.
    """
    limit = stage.limit or desk_limit(at, stage.calendar)
    cited = {"stage": stage.number, "stage_name": stage.name, "is_confirmed": stage.is_confirmed}
    due = compute_due(at, limit, Offices.one(stage.calendar), cited)
    return StageRun(
        round=state.stage_round,
        number=stage.number,
        name=stage.name,
        unit_code=stage.unit_code,
        agency=stage.agency,
        officer=state.officer,
        started_at=at,
        limit=limit,
        is_confirmed=stage.is_confirmed,
        is_inherited=_is_inherited(stage, due, state, at),
        due=due,
    )


def _is_inherited(stage: PlannedStage, due: Due | None, state: DossierState, at: datetime) -> bool:
    """Whether the promise leaves less than the stage's limit; the desk's rest of a day is none.

    While the clock stands the date is judged as of the stop, and both dates have yet to move.
    """
    if state.due_at is None or state.overdue_at is None:
        return False
    if (state.stopped_at or at) >= state.overdue_at:
        return True
    is_comparable = stage.limit is not None and state.stopped_at is None
    return is_comparable and due is not None and due.due_at > state.due_at


def end_standstill(
    run: StageRun, stop: Stop, calendar: WorkingCalendar, *, reason: str
) -> StageRun:
    """Return a running stage after its dossier's clock stood: its date moved by its own limit.

    Of a stop that began before the stage only what lay within it counts.
    """
    if run.due is None:
        return run
    own = Stop(max(stop.started_at, run.started_at), stop.ended_at)
    offices = Offices.one(calendar)
    due = end_stop(run.due, own, run.limit, offices, mode=StopMode.SHIFT, reason=reason)
    return replace(run, due=due)
