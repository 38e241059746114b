"""Letters are an office's own words; what could mislead or leak is refused."""

from __future__ import annotations

import pytest

from tests.domain.calendars import OFFICE
from tthc.domain.calendar_rows import Week
from tthc.domain.dossier import ReturnForm
from tthc.domain.letters import (
    EVERYWHERE,
    IN_SUBJECT,
    LONGEST_TEMPLATE,
    SAMPLE,
    Letter,
    LetterInvalidError,
    LetterTemplate,
    describe_hours,
    fill,
    letter_of,
    may_tell,
    read_template,
)
from tthc.domain.notices import NoticeKind

GOOD = "Tiêu đề: Hồ sơ $dossier_code\n\nHồ sơ $dossier_code, hẹn trả $due.\n"


def refusal(text, letter=Letter.RECEIVED):
    with pytest.raises(LetterInvalidError) as caught:
        read_template(letter, text)
    assert caught.value.details["field"] == letter.value
    return caught.value


def test_a_template_is_a_subject_and_a_text():
    assert read_template(Letter.RECEIVED, GOOD) == LetterTemplate(
        "Hồ sơ $dossier_code", "Hồ sơ $dossier_code, hẹn trả $due."
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hồ sơ $dossier_code, hẹn trả $due.",
        "Tiêu đề: \n\nHồ sơ $dossier_code, hẹn trả $due.",
        "Tiêu đề: Hồ sơ $dossier_code",
        GOOD + "x" * LONGEST_TEMPLATE,
    ],
)
def test_without_subject_or_text_or_too_long_it_is_refused(text):
    assert "Tiêu đề" in refusal(text).vi


@pytest.mark.parametrize("name", ["applicant_name", "email", "phone", "papers", "nonsense"])
def test_a_fact_that_the_letter_does_not_know_is_refused(name):
    error = refusal(f"{GOOD}Gửi ${name}")
    assert error.details["fact"] == name
    assert f"${name}" in error.vi


@pytest.mark.parametrize("name", ["procedure", "due", "agency"])
def test_a_subject_tells_nothing_but_code_and_desk(name):
    assert refusal(GOOD.replace("Hồ sơ", f"${name}", 1)).details["fact"] == name


@pytest.mark.parametrize("text", ["Lệ phí 5$", "$ 5", "${due", "$5"])
def test_a_dollar_sign_that_names_nothing_is_refused(text):
    assert "$$" in refusal(GOOD + text).vi


def test_what_the_form_demands_must_be_told():
    told = "Tiêu đề: Xin lỗi\n\nHồ sơ $dossier_code, hẹn lại $due."
    assert "$reason" in refusal(told, Letter.APOLOGY).en
    assert "$due" in refusal("Tiêu đề: x\n\n$dossier_code").en
    assert "$dossier_code" in refusal("Tiêu đề: x\n\n$due").en


def test_a_line_whose_facts_are_all_empty_is_left_out():
    template = LetterTemplate("x", "A\n\nGọi $desk_contact\n\nHạn $due của $agency\nB")
    assert fill(template, {"due": "1", "agency": ""}).body == "A\n\nHạn 1 của \nB\n"


def test_a_paragraph_whose_facts_are_all_empty_goes_with_its_heading():
    template = LetterTemplate("x", "A\n\nThiếu:\n$papers\n\nGọi:\n$desk\n$desk_contact\n\n\nB")
    told = fill(template, {"desk": "Một cửa"})
    assert told.body == "A\n\nGọi:\nMột cửa\n\nB\n"


def test_what_a_fact_holds_is_no_template():
    template = LetterTemplate("$dossier_code", "Lý do: $reason")
    text = fill(template, {"dossier_code": "A", "reason": "thiếu $due, ${email}, {0}, 5$"})
    assert text.body == "Lý do: thiếu $due, ${email}, {0}, 5$\n"


def test_a_fact_of_several_lines_stays_whole():
    template = LetterTemplate("x", "Thiếu:\n$papers\nHết")
    assert fill(template, {"papers": "- A\n- B"}).body == "Thiếu:\n- A\n- B\nHết\n"


def test_no_letter_can_name_a_person():
    known = set().union(*(may_tell(letter) for letter in Letter))
    assert not {name for name in known if any(w in name for w in ("name", "mail", "phone", "id_"))}
    assert IN_SUBJECT < EVERYWHERE


def test_there_is_a_sample_of_every_fact_and_of_nothing_else():
    assert set(SAMPLE) == set().union(*(may_tell(letter) for letter in Letter))


@pytest.mark.parametrize("kind", list(NoticeKind))
@pytest.mark.parametrize("form", [None, *ReturnForm])
def test_every_notice_has_a_letter(kind, form):
    assert letter_of(kind, form).startswith(kind.value)


def test_hours_are_told_as_on_a_door():
    assert describe_hours(Week(OFFICE)) == "thứ Hai đến thứ Sáu 07:30–11:30, 13:30–17:00"
    morning = {6: ((450, 690),)}
    assert describe_hours(Week(OFFICE, morning)).endswith("17:00; thứ Bảy 07:30–11:30")
    two = Week({1: ((480, 960),), 2: ((480, 960),), 4: ((480, 960),)})
    assert describe_hours(two) == "thứ Hai và thứ Ba 08:00–16:00; thứ Năm 08:00–16:00"
