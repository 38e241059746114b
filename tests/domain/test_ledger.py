"""Derivations: told day by day and in sentences, and replayed to the same instant."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.calendars import OFFICE, at, official, receipts
from tthc.domain.calendar import WorkingCalendar
from tthc.domain.calendar_rows import DayKind, SpecialDay, Week
from tthc.domain.counting import Stop
from tthc.domain.deadlines import Offices, compute_due, end_stop, extend_due, given_due
from tthc.domain.explain import explain
from tthc.domain.ledger import Step, day_lines
from tthc.domain.limits import Counting, LimitUnit, StopMode, TimeLimit
from tthc.domain.moment import civil_day
from tthc.domain.replaying import NotReplayableError, limit_of, recalculate, replay

LV, DAY, HOUR = LimitUnit.WORKING_DAY, LimitUnit.CALENDAR_DAY, LimitUnit.WORKING_HOUR
OFFICIAL = Offices.one(official())
CITED = {
    "procedure_code": "1.004837",
    "version_from": "2025-07-01",
    "legal_basis": "Quyết định 163/QĐ-BTP",
    "case_code": "default",
    "case_name": "",
    "channel": 1,
    "area_class": "",
    "is_confirmed": True,
}


def without_the_swap() -> Offices:
    """The calendar as it was before 2 January 2026 was swapped with 10 January."""
    swapped = {date(2026, 1, 2), date(2026, 1, 10)}
    left = {day: row for day, row in official().special.items() if day not in swapped}
    return Offices.one(WorkingCalendar(0, 2024, 2027, left, [Week(OFFICE)]))


def stop(begins: str, ends: str) -> Stop:
    return Stop(at(begins), at(ends))


def end(due, stopped, limit, mode=StopMode.SHIFT, offices=OFFICIAL, reason="supplement"):
    return end_stop(due, stopped, limit, offices, mode=mode, reason=reason)


limits = st.builds(
    TimeLimit, st.integers(1, 60), st.sampled_from([LV, DAY, HOUR]), st.just(Counting.STANDARD)
) | st.builds(TimeLimit, st.integers(0, 40), st.just(LV), st.sampled_from([*Counting][1:]))
lives = st.lists(
    st.tuples(
        st.sampled_from(["shift", "restart", "extend"]),
        st.integers(0, 9_000),
        st.integers(0, 20_000),
    ),
    max_size=5,
)


def lived(received, limit, life, offices=OFFICIAL):
    """A due date after some stops and extensions, one after another."""
    found, now = compute_due(received, limit, offices, CITED), received
    for kind, wait, lasting in life:
        now += timedelta(minutes=wait)
        if kind == "extend":
            day = offices.work.nth_working_day_after(civil_day(found.due_at), 1 + lasting % 9)
            found = extend_due(found, day, offices, at=now, unit_code="05128")
        else:
            ended = now + timedelta(minutes=lasting)
            found = end(found, Stop(now, ended), limit, StopMode(kind), offices)
            now = ended
    return found


@given(receipts, limits, lives)
def test_a_derivation_replayed_gives_the_same_date_and_derivation(received, limit, life):
    found = lived(received, limit, life)
    assert replay(found.ledger, lambda _: OFFICIAL) == found
    assert limit_of(found) == limit


@given(receipts, limits, lives)
def test_under_a_changed_calendar_it_comes_to_what_it_would_have_been_and_stays_there(
    received, limit, life
):
    before = lived(received, limit, life, without_the_swap())
    moved = recalculate(before, OFFICIAL, at=at("2025-12-25 16:00"), legal_basis="CV 12729")
    if moved is None:
        assert replay(before.ledger, lambda _: OFFICIAL).due_at == before.due_at
        return
    assert moved.ledger[-1].kind == "recalculated"
    assert replay(moved.ledger, lambda _: OFFICIAL) == moved
    assert recalculate(moved, OFFICIAL, at=at("2025-12-26 16:00"), legal_basis="x") is None


def test_each_step_is_replayed_with_the_calendar_it_cites():
    old, new = without_the_swap(), OFFICIAL
    limit = TimeLimit(3, LV)
    first = compute_due(at("2025-12-30 09:00"), limit, old)
    assert first.due_at == at("2026-01-05 17:00")
    moved = end(first, stop("2025-12-31 08:00", "2026-01-05 08:00"), limit, offices=new)
    assert moved.due_at == at("2026-01-06 17:00")
    by_revision = {0: old, 1: new}
    assert replay(moved.ledger, by_revision.__getitem__) == moved
    assert replay(moved.ledger, lambda _: new).due_at == at("2026-01-07 17:00")


def test_a_promise_that_a_later_decision_closed_holds_on_the_next_working_day():
    limit, old = TimeLimit(1, LV), without_the_swap()
    first = compute_due(at("2025-12-26 09:00"), limit, old)
    promised = extend_due(first, date(2026, 1, 2), old, at=at("2025-12-26 10:00"))
    moved = recalculate(promised, OFFICIAL, at=at("2025-12-29 08:00"), legal_basis="CV 12729")
    assert moved.due_at == at("2026-01-05 17:00")


def test_a_date_taken_over_is_replayed_and_never_recalculated():
    taken = given_due(at("2026-01-02 17:00"))
    assert replay(taken.ledger, lambda _: OFFICIAL) == taken
    assert recalculate(taken, OFFICIAL, at=at("2025-12-26"), legal_basis="x") is None


@pytest.mark.parametrize(
    "ledger",
    [
        (),
        (Step("received", at("2026-03-02"), {}), Step("counted", at("2026-03-05"), {})),
        (Step("extended", at("2026-03-05"), {}),),
    ],
)
def test_a_derivation_that_cites_nothing_cannot_be_replayed(ledger):
    with pytest.raises(NotReplayableError):
        replay(ledger, lambda _: OFFICIAL)


@given(receipts, st.integers(1, 60), st.sampled_from([LV, DAY]))
def test_day_by_day_the_last_counted_day_bears_the_amount(received, amount, unit):
    found = compute_due(received, TimeLimit(amount, unit), OFFICIAL)
    lines = day_lines(found.ledger[-1])
    counted = [line for line in lines if line.number is not None]
    assert [line.number for line in counted] == list(range(1, len(counted) + 1))
    if unit is LV:
        assert (counted[-1].day, counted[-1].number) == (civil_day(found.due_at), amount)
        off = [line.day for line in lines if line.number is None]
        assert not any(official().is_working_day(day) for day in off)
    assert all(line.reason for line in lines if line.number is None)
    assert lines[-1].day == civil_day(found.due_at)


def test_a_make_up_saturday_is_counted_and_says_why():
    found = compute_due(at("2026-01-08 09:00"), TimeLimit(3, LV), OFFICIAL)
    lines = {line.day: line for line in day_lines(found.ledger[-1])}
    assert lines[date(2026, 1, 10)].number == 2
    assert "Làm bù" in lines[date(2026, 1, 10)].reason
    assert "Có tính: Làm bù ngày 02/01/2026 (10/01)." in explain(found.ledger)[-1]


def test_calendar_days_say_only_why_the_end_rolled():
    found = compute_due(at("2026-04-20 09:00"), TimeLimit(10, DAY), OFFICIAL)
    told = explain(found.ledger)[-1]
    assert "hẹn trả 17:00 04/05/2026. Không tính: Ngày Chiến thắng (30/04)" in told
    assert "thứ Bảy, Chủ nhật (02/05, 03/05)" in told


def test_a_citizen_can_read_why():
    """Received before Tết, two supplement rounds, one extension."""
    limit = TimeLimit(5, LV, stop_mode=StopMode.SHIFT)
    found = compute_due(at("2026-02-11 17:20"), limit, OFFICIAL, CITED)
    found = end(found, stop("2026-02-13 10:00", "2026-02-24 09:00"), limit)
    found = end(found, stop("2026-02-25 14:00", "2026-02-27 08:30"), limit)
    found = extend_due(
        found, date(2026, 3, 9), OFFICIAL, at=at("2026-03-02 15:00"), unit_code="05128"
    )
    assert explain(found.ledger) == [
        "Tiếp nhận lúc 17:20 11/02/2026.",
        "Thủ tục 1.004837, nộp trực tiếp: thời hạn theo Quyết định 163/QĐ-BTP"
        " (phiên bản áp dụng từ 01/07/2025).",
        "Nhận ngoài giờ làm việc nên thời gian giải quyết tính từ 07:30 12/02/2026;"
        " ngày tiếp nhận không tính.",
        "Thời hạn 5 ngày làm việc: hẹn trả 17:00 26/02/2026. Không tính: thứ Bảy, Chủ nhật"
        " (14/02, 15/02, 21/02, 22/02); Tết Nguyên đán (16/02 đến 20/02).",
        "Yêu cầu bổ sung, hoàn thiện hồ sơ từ 10:00 13/02/2026 đến 09:00 24/02/2026:"
        " lùi 2 ngày làm việc, hẹn trả 17:00 02/03/2026."
        " Không tính: thứ Bảy, Chủ nhật (28/02, 01/03).",
        "Yêu cầu bổ sung, hoàn thiện hồ sơ từ 14:00 25/02/2026 đến 08:30 27/02/2026:"
        " lùi 2 ngày làm việc, hẹn trả 17:00 04/03/2026.",
        "Cơ quan giải quyết xin lỗi và hẹn lại ngày 02/03/2026: hẹn trả 17:00 09/03/2026.",
    ]


def told(due) -> str:
    return explain(due.ledger)[-1]


def test_every_other_step_has_its_sentence_too():
    limit = TimeLimit(5, LV)
    found = compute_due(at("2026-02-11 10:00"), limit, OFFICIAL)
    same_day = stop("2026-02-12 10:00", "2026-02-12 11:00")
    assert "không làm thay đổi" in told(end(found, same_day, limit))
    late = end(found, stop("2026-04-12 10:00", "2026-04-24 10:00"), limit)
    assert "đã quá hạn từ trước" in told(late)
    again = end(found, stop("2026-02-12 10:00", "2026-02-24 10:00"), limit, StopMode.RESTART)
    assert any("tính lại từ đầu" in sentence for sentence in explain(again.ledger))
    assert "hệ thống nguồn" in told(given_due(at("2011-06-01 10:00")))
    moved = recalculate(
        compute_due(at("2025-12-30 09:00"), limit, without_the_swap()),
        OFFICIAL,
        at=at("2025-12-26"),
        legal_basis="Công văn 12729/VPCP-KGVX",
    )
    assert told(moved) == (
        "Lịch làm việc thay đổi theo Công văn 12729/VPCP-KGVX: ngày hẹn trả chuyển từ"
        " 17:00 07/01/2026 sang 17:00 08/01/2026."
    )
    assert "ngày nghỉ" in explain(compute_due(at("2026-03-08 09:00"), limit, OFFICIAL).ledger)[1]


def test_hours_half_days_and_in_day_limits_are_told_in_their_own_words():
    hours = TimeLimit(8, HOUR)
    due = compute_due(at("2026-03-02 08:00"), hours, OFFICIAL)
    an_hour = stop("2026-03-02 09:00", "2026-03-02 10:00")
    assert "lùi 60 phút làm việc" in told(end(due, an_hour, hours))
    in_day = TimeLimit(1, LV, Counting.IN_DAY)
    assert "sau 15 giờ" in told(compute_due(at("2026-03-02 16:00"), in_day, OFFICIAL))
    halves = TimeLimit(3, LV, Counting.HALF_DAY)
    due = compute_due(at("2026-03-02 08:00"), halves, OFFICIAL)
    assert "3 buổi làm việc sau buổi tiếp nhận: hẹn trả 17:00 03/03/2026" in told(due)
    assert "lùi 1 buổi" in told(end(due, stop("2026-03-02 09:00", "2026-03-02 14:00"), halves))
    at_once = TimeLimit(0, LV, Counting.HALF_DAY)
    assert "trong buổi tiếp nhận" in told(compute_due(at("2026-03-02 08:00"), at_once, OFFICIAL))


def test_a_day_off_of_the_unit_is_told_by_its_name():
    flood = SpecialDay(date(2026, 3, 4), DayKind.OFF, "Lũ, cắt điện toàn xã")
    special = {**official().special, flood.day: flood}
    offices = Offices.one(WorkingCalendar(3, 2024, 2027, special, [Week(OFFICE)]))
    found = compute_due(at("2026-03-02 08:00"), TimeLimit(3, LV), offices)
    assert told(found).endswith("Không tính: Lũ, cắt điện toàn xã (04/03).")


def test_a_year_that_is_not_announced_yet_is_said_to_be_so():
    calendar = official()
    expected = replace(calendar.special[date(2027, 2, 4)], is_provisional=True)
    special = {**calendar.special, expected.day: expected}
    offices = Offices.one(WorkingCalendar(3, 2024, 2027, special, [Week(OFFICE)]))
    found = compute_due(at("2026-12-28 08:00"), TimeLimit(5, LV), offices)
    assert "Lịch nghỉ năm 2027 chưa được công bố chính thức" in told(found)
    assert "chưa được công bố" not in told(
        compute_due(at("2026-12-21 08:00"), TimeLimit(5, LV), offices)
    )
