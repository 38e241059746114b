"""What a message says: Vietnamese, whole, and nothing about citizens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tthc.domain.ladder import AlertKind
from tthc.domain.messages import (
    BACK_OFF,
    MOST_CHARACTERS,
    MOST_DOSSIERS,
    MOST_TRIES,
    Line,
    as_data,
    message_key,
    once_each,
    retry_after,
    write_mail,
    write_short,
)
from tthc.domain.recipients import Step, choose_recipients

DUE = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)


def a_line(**changes) -> Line:
    values = {
        "dossier_code": "H44.240-261120-0001",
        "procedure_name": "Đăng ký giám hộ",
        "unit_name": "Xã Tân Lạc",
        "kind": AlertKind.DUE,
        "rung": "late_1",
        "due_at": DUE,
        "since_at": None,
        "days": 1,
        "is_past": True,
    }
    return Line(**(values | changes))


def test_the_due_date_is_written_as_staff_write_it():
    body = write_mail([a_line()]).body
    assert "• H44.240-261120-0001 – Đăng ký giám hộ" in body
    assert "Xã Tân Lạc. Hạn trả 14:05 23/11/2026: quá hạn 1 ngày làm việc." in body


@pytest.mark.parametrize(
    ("days", "is_past", "words"),
    [
        (3, True, "quá hạn 3 ngày làm việc"),
        (0, True, "đã quá giờ hẹn trả"),
        (0, False, "đến hạn hôm nay"),
        (-2, False, "còn 2 ngày làm việc"),
    ],
)
def test_lateness_is_told_in_words(days, is_past, words):
    body = write_mail([a_line(days=days, is_past=is_past)]).body
    assert words in body
    assert f"trong đó {int(is_past)} hồ sơ đã quá giờ hẹn" in body


def test_the_subject_counts_and_names_the_unit_but_no_dossier():
    assert write_mail([a_line()]).subject == "Nhắc hạn 1 hồ sơ · Xã Tân Lạc"
    two = [a_line(), a_line(dossier_code="H44.241-261120-0001", unit_name="Xã Mường Bi")]
    assert write_mail(two).subject == "Nhắc hạn 2 hồ sơ · 2 đơn vị"


def test_a_long_list_is_cut_and_says_so():
    lines = [a_line(dossier_code=f"H44.240-261120-{n:04}") for n in range(MOST_DOSSIERS + 7)]
    body = write_mail(lines).body
    assert body.count("•") == MOST_DOSSIERS
    assert "… và 7 hồ sơ khác" in body
    assert f"Có {MOST_DOSSIERS + 7} hồ sơ" in body


def test_a_dossier_told_twice_is_one_line_on_its_last_rung_and_the_latest_come_first():
    lines = [
        a_line(rung="due_today"),
        a_line(dossier_code="H44.240-261120-0002", due_at=DUE - timedelta(days=9)),
        a_line(rung="late_1"),
    ]
    told = once_each(lines)
    assert [(line.dossier_code[-4:], line.rung) for line in told] == [
        ("0002", "late_1"),
        ("0001", "late_1"),
    ]


def test_a_program_gets_instants_with_their_offset():
    assert as_data(a_line())["due_at"] == "2026-11-23T14:05:00+07:00"


def test_the_key_of_a_message_knows_no_order():
    parts = [(3, DUE), (1, DUE), (2, DUE + timedelta(seconds=1))]
    keys = {message_key(order) for order in permutations(parts)}
    assert len(keys) == 1
    assert keys != {message_key(parts[:2])}
    assert keys != {message_key([(3, DUE), (1, DUE), (2, DUE)])}


@given(st.integers(min_value=1, max_value=50))
def test_waits_grow_and_end(tries):
    wait = retry_after(tries)
    assert (wait is None) == (tries >= MOST_TRIES)
    if wait and tries > 1:
        assert wait > BACK_OFF[tries - 2]


OFFICER, MANAGER, PROVINCE = frozenset({1}), frozenset({2, 3}), frozenset({4})
EVERYBODY = {Step.OFFICER: OFFICER, Step.MANAGER: MANAGER, Step.PROVINCE: PROVINCE}


@pytest.mark.parametrize(
    ("audience", "missing", "expected"),
    [
        (("officer",), (), OFFICER),
        (("officer", "manager"), (), OFFICER | MANAGER),
        (("manager", "chair"), (), MANAGER),
        (("manager", "chair", "province"), (), MANAGER | PROVINCE),
        (("officer",), (Step.OFFICER,), MANAGER),
        (("officer",), (Step.OFFICER, Step.MANAGER), PROVINCE),
        (("officer", "manager"), (Step.MANAGER,), OFFICER),
        (("manager",), (Step.MANAGER,), PROVINCE),
        (("province",), (Step.PROVINCE,), frozenset()),
        (("officer",), tuple(Step), frozenset()),
        (("mayor",), (), PROVINCE),
    ],
)
def test_a_vacant_post_is_replaced_by_the_next_one_up(audience, missing, expected):
    found = {step: people for step, people in EVERYBODY.items() if step not in missing}
    assert choose_recipients(audience, found) == expected


def test_a_chat_is_told_as_many_dossiers_as_fit_and_how_many_more():
    lines = [a_line(dossier_code=f"H44.240-261120-{n:04}") for n in range(150)]
    text = write_short(lines, "tthc-1")
    assert len(text) <= MOST_CHARACTERS
    told = text.count("•")
    assert told > 20
    assert f"… và {150 - told} hồ sơ khác" in text
    assert text.splitlines()[0] == "Nhắc hạn 150 hồ sơ · Xã Tân Lạc"
    assert text.splitlines()[-1] == "Mã tin: tthc-1"


@given(st.integers(1, 60), st.integers(1, 400), st.integers(0, 2))
def test_a_short_message_is_never_too_long(count, name, kinds):
    lines = [
        a_line(dossier_code=f"{n}" * 20, unit_name="x" * name, rung=rung)
        for n in range(count)
        for rung in ["late_1", "due_today"][: kinds or 1]
    ]
    text = write_short(lines, "tthc-" + "0" * 32)
    assert len(text) <= MOST_CHARACTERS
    assert "http" not in text
