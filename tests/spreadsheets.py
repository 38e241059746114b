"""Reading a workbook back, and working its formulas out from the cells that they name."""

from __future__ import annotations

import io
import re

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

_SUM = re.compile(r"=SUM\(([A-Z]+)(\d+):\1(\d+)\)")
_RATE = re.compile(r'=IF\(([A-Z]+\d+)=0,"—",([A-Z]+\d+)/\1\)')
_CHECK = re.compile(r'=IF\(SUMPRODUCT\(--\(([A-Z0-9:+]+)<>([A-Z0-9:+]+)\)\)=0,"Đúng","Sai"\)')
_STRETCH = re.compile(r"([A-Z]+)(\d+):\1(\d+)")


def opened(content: bytes, *, values: bool = False) -> Worksheet:
    """Return the one sheet of a workbook, with formulas, or with the values written beside them."""
    book = load_workbook(io.BytesIO(content), data_only=values)
    (sheet,) = book.worksheets
    return sheet


def evaluate(sheet: Worksheet, place: str):
    """Return what a cell says; a formula is worked out anew."""
    cell = sheet[place]
    if cell.data_type != "f":
        return cell.value
    if found := _SUM.fullmatch(cell.value):
        column, first, last = found.groups()
        return sum(evaluate(sheet, f"{column}{n}") for n in range(int(first), int(last) + 1))
    if found := _RATE.fullmatch(cell.value):
        below, above = (evaluate(sheet, place) for place in found.groups())
        return above / below if below else "—"
    found = _CHECK.fullmatch(cell.value)
    assert found, cell.value
    left, right = (_rows(sheet, side) for side in found.groups())
    return "Đúng" if left == right else "Sai"


def _rows(sheet: Worksheet, side: str) -> list[int]:
    columns = [
        [evaluate(sheet, f"{column}{n}") for n in range(int(first), int(last) + 1)]
        for column, first, last in _STRETCH.findall(side)
    ]
    return [sum(cells) for cells in zip(*columns, strict=True)]


def row_of_marks(sheet: Worksheet) -> int:
    """Return the row below the headings, in which columns are marked (1), (2) …"""
    rows = [row[0].row for row in sheet.iter_rows() if str(row[0].value) in {"(1)", "(A)"}]
    assert len(rows) == 1, rows
    return rows[0]


def table_of(sheet: Worksheet) -> list[list]:
    """Return the lines under the marks with every formula worked out, up to an empty row."""
    lines = []
    for row in sheet.iter_rows(min_row=row_of_marks(sheet) + 1):
        if all(cell.value is None for cell in row):
            break
        lines.append([evaluate(sheet, cell.coordinate) for cell in row])
    return lines


def around(sheet: Worksheet) -> list[str]:
    """Return the texts that stand over the whole width, above and below the table."""
    return [row[0].value for row in sheet.iter_rows() if isinstance(row[0].value, str)]


def verdicts(sheet: Worksheet) -> dict[str, str]:
    """Return what each check says, worked out anew, by its words."""
    return {
        row[1].value: evaluate(sheet, row[0].coordinate)
        for row in sheet.iter_rows()
        if str(row[1].value).startswith("Kiểm tra: ")
    }
