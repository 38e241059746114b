"""A filled report as XLSX. Totals and rates are formulas over the cells above them.

The same sheet gives the same bytes. No text is ever a formula: texts are written as strings, and
one that a spreadsheet might run when it is typed anew is marked as a text besides.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from math import ceil
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.utility import (  # type: ignore[import-untyped]
    xl_col_to_name,
    xl_rowcol_to_cell,
)

from tthc.domain.headings import HeadingStyle, headings_of
from tthc.domain.layouts import Check, Column, Counted, Ratio
from tthc.domain.moment import local
from tthc.domain.sheets import Cell, Line, Sheet, agrees, fill_words, fingerprint_of, is_active

NOTHING_COUNTED = "—"
AGREES, DISAGREES = "Đúng", "Sai"
_A4 = 9
_LINE_HEIGHT, _WIDE = 15, 1.1
"""Of one line in points; a letter in widths of a digit, which columns are measured in."""
_BASE = {"font_name": "Times New Roman", "font_size": 11, "valign": "vcenter"}
_BOX = _BASE | {"border": 1, "text_wrap": True}
_HEAD = _BASE | {"bold": True, "align": "center", "text_wrap": True, "left": 1, "right": 1}
_STYLES: Mapping[str, Mapping[str, Any]] = {
    "form": _BASE | {"italic": True, "align": "right"},
    "title": _BASE | {"bold": True, "font_size": 13, "align": "center", "text_wrap": True},
    "around": _BASE | {"text_wrap": True, "valign": "top"},
    "label": _BASE,
    "verdict": _BASE | {"bold": True, "align": "center"},
    HeadingStyle.WHOLE: _HEAD | {"top": 1, "bottom": 1},
    HeadingStyle.BEGINS: _HEAD | {"top": 1},
    HeadingStyle.GOES_ON: _HEAD,
    HeadingStyle.ENDS: _HEAD | {"bottom": 1},
    "mark": _BOX | {"italic": True, "align": "center"},
    "text": _BOX,
    "quoted": _BOX | {"quote_prefix": True},
    "count": _BOX | {"num_format": "#,##0"},
    "rate": _BOX | {"num_format": "0.00%", "align": "right"},
    "instant": _BOX | {"num_format": "dd/mm/yyyy hh:mm"},
}

_IN_TABLE = ("text", "quoted", "count", "rate", "instant")

Rows = tuple[int, int]
"""The first and the last row of a stretch, from 0."""


def as_workbook(sheet: Sheet) -> bytes:
    """Return the report as a file, made "at" the moment it is seen from.

    Long lists are written with flat memory.
    """
    content = io.BytesIO()
    is_list = sheet.total is None
    options = {"constant_memory": is_list, "in_memory": not is_list}
    with xlsxwriter.Workbook(content, options) as book:
        made = sheet.as_of.astimezone(UTC).replace(tzinfo=None)
        book.set_properties({"title": sheet.layout.title, "created": made})
        _Page(sheet, book).write(fingerprint_of(sheet))
    return content.getvalue()


class _Page:
    """One sheet being written, row by row and never backwards."""

    def __init__(self, sheet: Sheet, book: Any) -> None:
        self.sheet, self.layout, self.grid = sheet, sheet.layout, book.add_worksheet()
        self.styles = {name: book.add_format(dict(style)) for name, style in _STYLES.items()}
        self.bold = {name: book.add_format({**_STYLES[name], "bold": True}) for name in _IN_TABLE}
        self.cells = self.styles
        self.row = 0
        self.places = {column.mark: n for n, column in enumerate(self.layout.columns)}

    def write(self, fingerprint: str) -> None:
        self._set_up()
        tell = partial(fill_words, sheet=self.sheet, fingerprint=fingerprint)
        if self.layout.form:
            self._around(self.layout.form, "form")
        self._around(self.layout.title, "title")
        for label, text in self.layout.head:
            self._around(f"{label}: {tell(text)}", "around")
        self.row += 1
        self._headings()
        self._table()
        for text in self.layout.notes:
            self._around(tell(text), "around")

    def _table(self) -> None:
        """Write the lines, their sums, and whether every check holds in them."""
        first = self.row
        for line in self.sheet.lines:
            self._line(line, self._cell)
        if self.sheet.total is not None:
            self.cells = self.bold
            self._line(self.sheet.total[0], partial(self._sum, (first, self.row - 1)))
        last = self.row - 1
        self.row += 1
        for check in self.layout.checks:
            self._check(check, (first, last))

    def _set_up(self) -> None:
        for place, column in enumerate(self.layout.columns):
            self.grid.set_column(place, place, column.width)
        if self.layout.is_landscape:
            self.grid.set_landscape()
        self.grid.set_paper(_A4)
        self.grid.fit_to_pages(1, 0)

    def _around(self, text: str, style: str) -> None:
        """Write a text over the whole width, as high as it needs to be."""
        last = len(self.layout.columns) - 1
        self.grid.set_row(self.row, self._height(text, 0, last))
        self._span(0, last, text, style)
        self.row += 1

    def _height(self, text: str, first: int, last: int) -> int:
        """Return how high a row must be for a text over these columns, in points."""
        width = sum(column.width for column in self.layout.columns[first : last + 1])
        return _LINE_HEIGHT * max(1, ceil(len(text) * _WIDE / width))

    def _span(self, first: int, last: int, text: str, style: str) -> None:
        written = self.styles[style]
        if last > first:
            self.grid.merge_range(self.row, first, self.row, last, "", written)
        self.grid.write_string(self.row, first, text, written)

    def _headings(self) -> None:
        """Write the shared headings over the columns' own, and the marks below."""
        begins = self.row
        for level in headings_of(self.layout):
            self.grid.set_row(self.row, max(self._height(h.text, h.first, h.last) for h in level))
            for heading in level:
                self._span(heading.first, heading.last, heading.text, heading.style)
            self.row += 1
        for place, column in enumerate(self.layout.columns):
            self.grid.write_string(self.row, place, f"({column.mark})", self.styles["mark"])
        self.grid.repeat_rows(begins, self.row)
        self.row += 1

    def _line(self, line: Line, write: Callable[[int, Column, Cell], None]) -> None:
        for place, (column, value) in enumerate(zip(self.layout.columns, line, strict=True)):
            write(place, column, value)
        self.row += 1

    def _cell(self, place: int, column: Column, value: Cell) -> None:
        if isinstance(column.holds, Ratio):
            self._rate(place, column.holds, value)
        elif isinstance(value, str):
            style = "quoted" if is_active(value) else "text"
            self.grid.write_string(self.row, place, value, self.cells[style])
        elif isinstance(value, datetime):
            moment = local(value).replace(tzinfo=None)
            self.grid.write_datetime(self.row, place, moment, self.cells["instant"])
        elif value is None:
            self.grid.write_blank(self.row, place, None, self.cells["text"])
        else:
            self.grid.write_number(self.row, place, value, self.cells["count"])

    def _sum(self, rows: Rows, place: int, column: Column, value: Cell) -> None:
        """Write a cell of the totals: a counted one as the sum of the lines above, if any."""
        if not isinstance(column.holds, Counted) or rows[1] < rows[0]:
            self._cell(place, column, value)
            return
        formula = f"=SUM({self._stretch(column.mark, rows)})"
        self.grid.write_formula(self.row, place, formula, self.cells["count"], value)

    def _rate(self, place: int, ratio: Ratio, value: Cell) -> None:
        above, below = (
            xl_rowcol_to_cell(self.row, self.places[mark])
            for mark in (ratio.numerator, ratio.denominator)
        )
        formula = f'=IF({below}=0,"{NOTHING_COUNTED}",{above}/{below})'
        shown = NOTHING_COUNTED if value is None else value
        self.grid.write_formula(self.row, place, formula, self.cells["rate"], shown)

    def _check(self, check: Check, rows: Rows) -> None:
        """Write whether an equation holds in every line and in the totals."""
        left, right = ("+".join(self._stretch(mark, rows) for mark in side) for side in check.sides)
        formula = f'=IF(SUMPRODUCT(--({left}<>{right}))=0,"{AGREES}","{DISAGREES}")'
        verdict = AGREES if agrees(self.sheet, check) else DISAGREES
        self.grid.write_formula(self.row, 0, formula, self.styles["verdict"], verdict)
        self.grid.write_string(self.row, 1, f"Kiểm tra: {check}", self.styles["label"])
        self.row += 1

    def _stretch(self, mark: str, rows: Rows) -> str:
        name = xl_col_to_name(self.places[mark])
        return f"{name}{rows[0] + 1}:{name}{rows[1] + 1}"
