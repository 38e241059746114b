"""A sheet as a workbook, read back by another library: formulas, texts, dates, bytes."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from io import BytesIO

import pytest

from tests.domain.layouts import SMALL, changed
from tests.domain.test_sheets import ACTIVE, AS_OF
from tests.spreadsheets import around, evaluate, opened, row_of_marks, table_of, verdicts
from tthc.domain.layout_reading import read_layout
from tthc.domain.metrics import Tally, pool
from tthc.domain.sheets import Sheet, as_csv, fingerprint_of, line_of
from tthc.services import report_files
from tthc.services.evidence import ListTooLongError
from tthc.services.report_files import ReportFormat, as_file
from tthc.services.workbooks import as_workbook

LAYOUT = read_layout(SMALL)
PARTS = [
    Tally(received=5, carried_over=2, finished=4, closed=1, pending=2),
    Tally(received=1, finished=1),
    Tally(),
]
ABOUT = dict.fromkeys(
    ("unit", "period", "legal_basis", "at", "event_head", "calendar_revision", "definitions"), "x"
)
LIST = SMALL.partition("[[columns]]")[0].replace('rows = "field"', 'rows = "received"')
LIST = LIST.replace('total = "Cộng"\n', "").replace("${closed}", "$rows").replace("B = ", "A = ")
LIST = LIST.partition("checks")[0] + 'notes = ["$fingerprint, $rows"]\n'
LIST += "".join(
    f'[[columns]]\ntitle = "{fact}"\nfact = "{fact}"\n' for fact in ("code", "due_at", "days_late")
)


def counted(names="abc", parts=PARTS):
    lines = [line_of(LAYOUT, {"name": n}, t) for n, t in zip(names, parts, strict=True)]
    total = pool(parts)
    return Sheet(LAYOUT, ABOUT, AS_OF, lines, (line_of(LAYOUT, {"name": "Cộng"}, total), total))


def listed(*rows):
    layout = read_layout(LIST)
    lines = [line_of(layout, row) for row in rows]
    return Sheet(layout, ABOUT | {"rows": str(len(lines))}, AS_OF, lines)


def test_totals_and_rates_are_formulas_that_give_the_counts():
    sheet = counted()
    page = opened(as_workbook(sheet))
    assert table_of(page) == [
        ["a", 7, 5, 2, 4, 1, 2, 4 / 7],
        ["b", 1, 1, 0, 1, 0, 0, 1.0],
        ["c", 0, 0, 0, 0, 0, 0, "—"],
        ["Cộng", 8, 6, 2, 5, 1, 2, 5 / 8],
    ]
    last = row_of_marks(page) + 4
    assert page[f"B{last}"].value == f"=SUM(B{last - 3}:B{last - 1})"
    assert page[f"H{last}"].data_type == "f"


def test_who_opens_it_without_working_formulas_out_sees_the_same():
    content = as_workbook(counted())
    page, shown = opened(content), opened(content, values=True)
    formulas = [
        cell.coordinate for row in page.iter_rows() for cell in row if cell.data_type == "f"
    ]
    assert len(formulas) == 6 + 4 + 2
    assert all(shown[place].value == evaluate(page, place) for place in formulas)


def test_each_check_is_in_the_sheet_and_sees_a_number_that_was_changed_by_hand():
    page = opened(as_workbook(counted()))
    assert verdicts(page) == {
        "Kiểm tra: (B) = (C) + (D)": "Đúng",
        "Kiểm tra: (B) = (E) + (F) + (G)": "Đúng",
    }
    page[f"D{row_of_marks(page) + 1}"] = 3
    assert list(verdicts(page).values()) == ["Sai", "Đúng"]


def test_a_report_of_nothing_has_totals_of_zero():
    page = opened(as_workbook(counted("", [])))
    assert table_of(page) == [["Cộng", 0, 0, 0, 0, 0, 0, "—"]]


@pytest.mark.parametrize("text", [text for text in ACTIVE if "\0" not in text])
def test_a_text_that_looks_like_a_formula_is_a_text_marked_as_one(text):
    for content in (
        as_workbook(counted([text, "b", "c"])),
        as_workbook(listed({"code": text})),
    ):
        page = opened(content)
        cell = page[f"A{row_of_marks(page) + 1}"]
        assert cell.data_type == "s"
        assert cell.value.replace("_x000D_", "\r") == text
        assert cell.quotePrefix


def test_dates_are_dates_in_vietnamese_time_and_numbers_are_numbers():
    due_at = datetime(2026, 3, 5, 10, 0, tzinfo=UTC)
    page = opened(as_workbook(listed({"code": "H44", "due_at": due_at, "days_late": -2}, {})))
    row = row_of_marks(page) + 1
    assert page[f"B{row}"].is_date
    assert page[f"B{row}"].number_format == "dd/mm/yyyy hh:mm"
    assert table_of(page) == [["H44", datetime(2026, 3, 5, 17, 0), -2]]  # noqa: DTZ001 - cells have no zone
    assert not page[f"A{row}"].quotePrefix


def test_a_row_of_headings_is_as_high_as_its_longest_heading_needs():
    text = changed('title = "Trong kỳ"', f'title = "{"dài " * 12}."')
    sheet = Sheet(read_layout(text), ABOUT, AS_OF, [], counted("", []).total)
    page = opened(as_workbook(sheet))
    below = row_of_marks(page) - 1
    assert page.row_dimensions[below].height == 5 * 15


def test_the_fingerprint_of_the_csv_stands_in_the_workbook():
    for sheet in (counted(), listed({"code": "a"})):
        assert any(fingerprint_of(sheet) in text for text in around(opened(as_workbook(sheet))))


def test_the_same_sheet_gives_the_same_bytes():
    for make in (counted, lambda: listed({"code": "a"}, {"code": "b"})):
        first, again = as_workbook(make()), as_workbook(make())
        assert first == again
        with zipfile.ZipFile(BytesIO(first)) as book:
            assert {entry.date_time[0] for entry in book.infolist()} == {1980}
            assert b"2026-04-01T00:00:00Z" in book.read("docProps/core.xml")


def test_a_file_has_a_name_and_a_type_and_an_end():
    file = as_file(counted(), "ii06a-05128", ReportFormat.CSV)
    assert (file.name, file.content) == ("ii06a-05128.csv", as_csv(counted()))
    assert file.media_type.startswith("text/csv")
    many = range(report_files.MOST_LINES + 1)
    sheet = Sheet(LAYOUT, ABOUT, AS_OF, many)  # type: ignore[arg-type]  # only counted
    with pytest.raises(ListTooLongError) as refused:
        as_file(sheet, "x", ReportFormat.XLSX)
    assert refused.value.details == {"limit": "1000000"}
