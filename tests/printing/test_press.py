"""A form is typeset the same each time, tells what it was given, and takes all of it for text."""

from __future__ import annotations

from importlib.metadata import version
from threading import Thread

import pytest

from tests.printing.papers import FOLDERS, pages_of, printed, text_of
from tthc.domain.evidence import fingerprint
from tthc.domain.forms import Form, FormTemplate, FormTemplateInvalidError
from tthc.printing.press import FONTS, press_name, print_form
from tthc.printing.samples import SAMPLES

LETTERS = "Ăn Ấn Ẩn Ẫn Ậm ẵ ặ ề ể ễ ệ ỉ ị ọ ỏ ố ồ ổ ỗ ộ ớ ờ ở ỡ ợ ụ ủ ứ ừ ử ữ ự ỳ ỵ ỷ ỹ đ Đ Ơ Ư"
HOSTILE = [
    "#panic(1)",
    '") #read("/etc/passwd")',
    "$x^2$ *đậm* _nghiêng_ `mã` <nhãn> @ai",
    "[#set page(width: 1cm)] // */ /* \\ \\u{41} ~ -- --- ...",
    "= Tiêu đề",
    "- mục",
    "{{ 7 * 7 }} ${x} %s {0}",
    "</svg><script>alert(1)</script>",
]


def applicant(name):
    return SAMPLES[Form.RECEIPT]["applicant"] | {"name": name}


def test_vietnamese_letters_come_back_from_the_file_as_they_went_in():
    assert LETTERS in text_of(printed(Form.RECEIPT, applicant=applicant(LETTERS)))


def test_a_receipt_tells_what_the_circular_demands_and_why_the_date_is_that_date():
    text = text_of(printed(Form.RECEIPT))
    facts = SAMPLES[Form.RECEIPT]
    dossier, desk = facts["dossier"], facts["desk"]
    told = [facts["letterhead"]["desk"].upper(), dossier["code"], facts["applicant"]["name"]]
    told += ["GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ", dossier["procedure"], facts["limit"]]
    told += [paper["name"] for paper in facts["papers"]] + [*facts["reasons"], facts["fee"]]
    told += [dossier["received_at"], dossier["due_at"], desk["contact"], desk["hours"]]
    told += [facts["lookup"]["address"], facts["lookup"]["secret"]]
    for fact in told:
        assert fact in text, fact


def test_what_is_not_known_is_left_out():
    bare = printed(Form.RECEIPT, lookup=None, owner=None, papers=[], reasons=[], limit="")
    text = text_of(bare)
    for label in ("Tra cứu", "Chủ hồ sơ", "Thành phần hồ sơ", "Vì sao", "theo quy định"):
        assert label not in text


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_text_whatever_it_looks_like(name):
    pages = pages_of(printed(Form.RECEIPT, applicant=applicant(name)))
    assert len(pages) == 1
    assert name.replace(" ", "") in pages[0].replace(" ", "")


@pytest.mark.parametrize(
    "name",
    ["x" * 10_000, "Nguyễn " * 1_500, "a\n\n" * 2_000, "😀 王 مرحبا \u200b\u202e", "", " "],
)
def test_odd_names_are_printed_somehow(name):
    assert printed(Form.RECEIPT, applicant=applicant(name)).startswith(b"%PDF-")


def test_a_long_list_of_papers_goes_on_over_pages():
    papers = [dict(SAMPLES[Form.RECEIPT]["papers"][0], name=f"Giấy số {n}") for n in range(100)]
    pages = pages_of(printed(Form.RECEIPT, papers=papers))
    assert len(pages) > 2
    assert "Giấy số 99" in " ".join(pages)


def test_the_same_facts_give_the_same_bytes_in_any_thread():
    made = []
    threads = [Thread(target=lambda: made.append(printed(Form.RECEIPT))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4
    assert len({*made, printed(Form.RECEIPT)}) == 1


def broken(body, frame=""):
    return FormTemplate("form01.typ", {"form01.typ": body, "frame.typ": frame})


@pytest.mark.parametrize(
    ("template", "file", "line"),
    [
        (broken("#let form(d) = [\n  #d.nothing_of_the_kind\n]"), "form01.typ", "2"),
        (broken("\n\n#let form(d) = ["), "form01.typ", "3"),
        (
            broken('#import "frame.typ": *\n#let form(d) = f(d)', "\n#let f(d) = 1 / 0"),
            "frame.typ",
            "2",
        ),
        (broken("#let form(d) = [\n#while true { }\n]"), "form01.typ", "2"),
        (broken('#let form(d) = read("/etc/passwd")'), "form01.typ", "1"),
        (broken('#let form(d) = read("../../README.md")'), "form01.typ", "1"),
        (broken("#let form(d) = [#datetime.today().display()]"), "form01.typ", "1"),
        (broken('#import "@preview/tiaoma:0.3.0": *\n#let form(d) = []'), "form01.typ", "1"),
        (broken("// no form"), "form01.typ", "0"),
    ],
)
def test_a_broken_template_is_refused_with_its_file_and_line(template, file, line):
    with pytest.raises(FormTemplateInvalidError) as caught:
        print_form(template, SAMPLES[Form.RECEIPT])
    details = caught.value.details
    assert (details["file"], details["line"]) == (file, line)
    assert file in caught.value.vi


def test_a_template_that_takes_the_file_a_little_further_than_the_facts_go_is_refused():
    body = "#let form(d) = [#d.papers.at(2).name]"
    assert len(SAMPLES[Form.RECEIPT]["papers"]) == 2
    with pytest.raises(FormTemplateInvalidError):
        print_form(broken(body), SAMPLES[Form.RECEIPT])


def test_the_bytes_are_those_of_the_press_that_issued_forms_name():
    """Another version of the press may make others: then old forms tell the same in new bytes."""
    made = print_form(broken("#let form(d) = [*#d.applicant.name*]"), SAMPLES[Form.RECEIPT])
    assert (version("typst"), fingerprint(made)) == (
        "0.15.2",
        "995fc82ab12f007f40134f9726b2679d1a16799cde8b181662bb74853139c493",
    )


def test_the_press_is_named_by_its_version_and_fonts():
    assert press_name().startswith("typst ")
    assert len(press_name()) <= 80
    assert {path.name for path in FONTS.iterdir()} >= {"LICENSE", "LiberationSerif-Regular.ttf"}


def test_a_file_bears_no_date_of_its_making():
    pdf = printed(Form.RECEIPT)
    assert b"CreationDate" not in pdf
    assert b"ModDate" not in pdf


def test_the_project_has_a_template_for_every_form_it_issues():
    for form in SAMPLES:
        assert FOLDERS.read(form).main == f"form{form}.typ"
