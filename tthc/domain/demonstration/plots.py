"""What happens to an invented dossier, step by step, until the day the data are made."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from tthc.domain.demonstration.arrivals import Arrival, Fate
from tthc.domain.demonstration.lives import Life, Step, invent_application
from tthc.domain.dossier import Details, PaymentKind, ReturnForm, SubmittedBy
from tthc.domain.lifecycle import Action, Status
from tthc.domain.limits import Counting, Granularity
from tthc.domain.moment import at_minute, civil_day
from tthc.domain.stages import DESK

NOTHING_TOLD = Details()
TO_BE_PAID = Details(reason="Thông báo nghĩa vụ tài chính.")
A_DAY = 450
"""Working minutes of one day, about."""

REFUSED, SENT_BACK, SLOWLY_ACCEPTED = 0.012, 0.022, 0.03
SUPPLEMENT_IN_DAY, SUPPLEMENT, SUPPLEMENT_AGAIN = 0.01, 0.10, 0.12
WITHDRAWN, STOPPED = 0.005, 0.003
PAYMENT, EXTENDED = 0.6, 0.09
LEFT_AT_DESK, WAIT_FOR_PAYMENT, WAIT_FOR_PAPERS = 0.1, 0.3, 0.15
LONG_ENOUGH_TO_EXTEND = 4 * A_DAY
NOT_COLLECTED = 0.015
LONG_TAIL, LONGEST_DELAY = 0.08, 45
MEAN_DELAY = 3.0

REFUSALS = (
    "Hồ sơ không thuộc thẩm quyền giải quyết của cấp xã.",
    "Thông tin kê khai không khớp với Cơ sở dữ liệu quốc gia về dân cư.",
    "Hồ sơ trùng với hồ sơ đã nộp trước đó.",
)
MISSING = (
    ("Thiếu giấy tờ chứng minh nơi cư trú.", "Giấy tờ chứng minh nơi cư trú"),
    ("Bản chụp không rõ, không đọc được.", "Bản chụp giấy tờ rõ nét"),
    ("Thiếu văn bản ủy quyền hợp lệ.", "Văn bản ủy quyền"),
    ("Tờ khai chưa có chữ ký.", "Tờ khai có chữ ký"),
)
DELAYS = (
    "Chờ kết quả xác minh của cơ quan phối hợp.",
    "Cần kiểm tra thực địa thêm.",
    "Khối lượng hồ sơ tăng đột biến.",
)


def tell_life(arrival: Arrival, rng: Random, *, until: datetime) -> Life:
    """Return the life of a dossier up to ``until``; what would come later does not happen."""
    life = Life(arrival, invent_application(arrival, rng))
    life.begin()
    for step in _Plot(life, rng).steps():
        if step.at >= until:
            break
        life.take(step)
    return life


class _Plot:
    """One dossier's plot; it looks at the life as told so far before it goes on."""

    def __init__(self, life: Life, rng: Random) -> None:
        self.life = life
        self.arrival = life.arrival
        self.rng = rng
        self.calendar = life.arrival.desk.place.calendar
        self.desk = life.arrival.desk.reception
        self.officer = rng.choice(life.arrival.resolving.officers)
        self.manager = life.arrival.resolving.manager

    def steps(self) -> Iterator[Step]:
        """Yield one step after another; the driver takes each before asking for the next."""
        if self._status is Status.REGISTERED:
            yield from self._acceptance()
        if self._status is Status.RECEIVED:
            lingers = self.arrival.fate is Fate.LINGERING
            if lingers and self.rng.random() < LEFT_AT_DESK:
                return
            yield self._hand_over()
            yield from self._waiting() if lingers else self._handling()

    @property
    def _status(self) -> Status:
        return self.life.state.status

    def _waiting(self) -> Iterator[Step]:
        """Yield what keeps a few of the lingering ones waiting for the citizen."""
        chance, at = self.rng.random(), self._on_the_way()
        if self.arrival.kind.demands_payment and chance < WAIT_FOR_PAYMENT:
            yield Step(Action.REQUEST_PAYMENT, self.officer, at, TO_BE_PAID)
        elif chance < WAIT_FOR_PAPERS:
            yield self._request_supplement(at, self.officer)

    def _handling(self) -> Iterator[Step]:
        yield from self._obstacles()
        if self._status is not Status.PROCESSING:
            return
        yield from self._extension()
        result = self._finish()
        yield from self._passing(until=result.at)
        yield result
        yield from self._return()

    def _acceptance(self) -> Iterator[Step]:
        if self.arrival.fate is Fate.PARKED:
            return
        at, chance = self._after(self._minutes_to_accept()), self.rng.random()
        may_go_wrong = self.arrival.fate is not Fate.LINGERING
        if may_go_wrong and chance < REFUSED:
            told = Details(reason=self.rng.choice(REFUSALS))
            yield Step(Action.REFUSE, self.desk, at, told)
        elif may_go_wrong and chance < SENT_BACK:
            yield self._request_supplement(at, self.desk)
            yield self._take_supplement()
        else:
            yield Step(Action.ACCEPT, self.desk, at, NOTHING_TOLD)

    def _minutes_to_accept(self) -> int:
        if self.arrival.submitted_by is SubmittedBy.STAFF_ASSISTED:
            return self._between(1, 10)
        if self.arrival.fate is Fate.LINGERING:
            return self._between(5, 30)
        if self.rng.random() < SLOWLY_ACCEPTED:
            return self._between(A_DAY, 3 * A_DAY)
        return self._between(3, 200)

    def _hand_over(self) -> Step:
        told = Details(officer=self.officer)
        return Step(Action.HAND_OVER, self.desk, self._after(self._between(2, 40)), told)

    def _obstacles(self) -> Iterator[Step]:
        chance, life = self.rng.random(), self.life
        if chance < WITHDRAWN:
            told = Details(reason="Công dân đề nghị rút hồ sơ.")
            yield Step(Action.WITHDRAW, self.desk, self._on_the_way(), told)
        elif chance < WITHDRAWN + STOPPED:
            told = Details(reason="Có văn bản đề nghị dừng của cơ quan có thẩm quyền.")
            yield Step(Action.STOP, self.manager, self._on_the_way(), told)
        else:
            yield from self._supplements()
            if life.arrival.kind.demands_payment and self.rng.random() < PAYMENT:
                yield Step(Action.REQUEST_PAYMENT, self.officer, self._on_the_way(), TO_BE_PAID)
                paid = Details(payment_kind=PaymentKind.ON_PORTAL)
                at = self._after(self._between(A_DAY, 6 * A_DAY))
                yield Step(Action.CONFIRM_PAYMENT, self.desk, at, paid)

    def _supplements(self) -> Iterator[Step]:
        in_day = self.arrival.offer.limit.counting is Counting.IN_DAY
        chance = SUPPLEMENT_IN_DAY if in_day else SUPPLEMENT
        while self.rng.random() < chance:
            yield self._request_supplement(self._on_the_way(), self.officer)
            yield self._take_supplement()
            if self._status is Status.RECEIVED:
                yield self._hand_over()
            chance = SUPPLEMENT_AGAIN if self.life.state.supplement_count == 1 else 0

    def _request_supplement(self, at: datetime, actor: str) -> Step:
        reason, paper = self.rng.choice(MISSING)
        told = Details(reason=reason, papers=(paper,))
        return Step(Action.REQUEST_SUPPLEMENT, actor, at, told)

    def _take_supplement(self) -> Step:
        at = self._after(self._between(90, 6 * A_DAY))
        return Step(Action.TAKE_SUPPLEMENT, self.desk, at, NOTHING_TOLD)

    def _extension(self) -> Iterator[Step]:
        due_at = self.life.state.due_at
        if due_at is None or self._left() < LONG_ENOUGH_TO_EXTEND or self.rng.random() > EXTENDED:
            return
        due_on = civil_day(due_at)
        day = self.calendar.nth_working_day_after(due_on, -2)
        opens, closes = self.calendar.shifts_on(day)[-1]
        told = Details(
            reason=self.rng.choice(DELAYS),
            new_due_on=self.calendar.nth_working_day_after(due_on, self._between(3, 10)),
            responsible_unit=self.life.state.resolving_unit,
        )
        at = at_minute(day, self._between(opens, closes - 1))
        yield Step(Action.EXTEND, self.manager, at, told)

    def _passing(self, *, until: datetime) -> Iterator[Step]:
        """Yield how it is passed on from stage to stage, to the last one before its result."""
        plan, begin = self.life.plan, self.life.events[-1].at
        stages = plan.after(self.life.state.current_stage or DESK) if plan else ()
        minutes = max(self.calendar.minutes_between(begin, until), 2)
        parts = sorted(self._between(1, minutes) for _ in stages)
        for stage, part in zip(stages, parts, strict=True):
            told = Details(officer=None if stage.agency else self.officer)
            at = min(self.calendar.add_minutes(begin, part), until)
            yield Step(Action.PASS_ON, self.officer, at, told)

    def _finish(self) -> Step:
        is_online = self.life.state.return_form is ReturnForm.ELECTRONIC
        electronic = is_online or self.rng.random() < 0.4  # noqa: PLR2004 - a share
        told = Details(is_result_electronic=electronic)
        return Step(Action.FINISH, self.officer, self._result_at(), told)

    def _result_at(self) -> datetime:
        due_at = self.life.state.due_at
        if due_at is None:
            return self._after(self._between(30, 4 * A_DAY))
        if self.arrival.fate is Fate.LATE:
            return self._late(due_at)
        share = self.rng.random() ** 1.3
        if self.life.state.extension_count:
            share = 0.5 + share / 2
        return self._after(int(0.98 * share * self._left()))

    def _late(self, due_at: datetime) -> datetime:
        days = 1 + int(self.rng.expovariate(1 / MEAN_DELAY))
        if self.rng.random() < LONG_TAIL:
            days = min(days * 6, LONGEST_DELAY)
        if self.life.state.due_granularity is Granularity.INSTANT:
            return self.calendar.add_minutes(due_at, 15 * days)
        day = self.calendar.nth_working_day_after(civil_day(due_at), days)
        opens, closes = self.rng.choice(self.calendar.shifts_on(day))
        late = at_minute(day, self._between(opens, closes - 1))
        return max(late, self._after(1))

    def _return(self) -> Iterator[Step]:
        state = self.life.state
        if state.return_form is ReturnForm.ELECTRONIC:
            yield Step(Action.RETURN, self.desk, self._after(1), NOTHING_TOLD)
        elif self.rng.random() > NOT_COLLECTED:
            told = Details(return_form=state.return_form)
            yield Step(Action.RETURN, self.desk, self._after(self._between(5, 2 * A_DAY)), told)

    def _left(self) -> int:
        """Working minutes from the newest event to the due date; 0 without one."""
        state = self.life.state
        if state.due_at is None or state.last_event_at is None:
            return 0
        return self.calendar.minutes_between(state.last_event_at, state.due_at)

    def _on_the_way(self) -> datetime:
        """Return a moment in the first part of the time that is left."""
        return self._after(self._between(2, max(3, min(self._left() // 2, 3 * A_DAY))))

    def _after(self, minutes: int) -> datetime:
        """Return the instant some working minutes (at least 1) after the newest event."""
        last = self.life.events[-1].at
        seconds = timedelta(seconds=self._between(0, 50))
        return self.calendar.add_minutes(last, max(minutes, 1)) + seconds

    def _between(self, low: int, high: int) -> int:
        return low + int((high - low) * self.rng.random())
