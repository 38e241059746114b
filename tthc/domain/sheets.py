"""A filled report: lines under a layout, and the same lines as CSV.

Counts of the line of totals come from pooled counts; a spreadsheet adds the lines up itself.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from tthc.domain.layouts import Check, Layout, Ratio, Told, Words, counts_in
from tthc.domain.metrics import Tally, rate
from tthc.domain.moment import local
from tthc.domain.numbers import NUMBERS

Cell = str | int | float | datetime | None
"""A text, a count, a rate in [0, 1], an instant, or nothing."""

Line = tuple[Cell, ...]

ACTIVE = frozenset("=+-@\t\r\n\0\uff1d\uff0b\uff0d\uff20")
"""What a spreadsheet would run when a cell begins so; a tab or line end hides what follows.

The last four are the full-width forms of the first four.
"""

BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A report with its lines in order.

    Attributes:
        about: what is told around the table, by name; not yet the fingerprint.
        as_of: the moment it is seen from.
        total: the line of totals and the counts it is made of; None for a list of dossiers.
    """

    layout: Layout
    about: Mapping[str, str]
    as_of: datetime
    lines: Sequence[Line]
    total: tuple[Line, Tally] | None = None


def line_of(layout: Layout, told: Mapping[str, Cell], tally: Tally | None = None) -> Line:
    """Return the cells of one line, in the order of the columns; what is not told stays empty."""
    counts = {} if tally is None else counts_in(layout, tally)
    cells: list[Cell] = []
    for column in layout.columns:
        holds = column.holds
        if isinstance(holds, Told):
            cells.append(told.get(holds.fact))
        elif isinstance(holds, Ratio):
            cells.append(rate(counts[holds.numerator], counts[holds.denominator]))
        else:
            cells.append(counts[column.mark])
    return tuple(cells)


def agrees(sheet: Sheet, check: Check) -> bool:
    """Whether an equation holds in every line of a sheet and in its totals."""
    marks = [column.mark for column in sheet.layout.columns]
    lines = [*sheet.lines, *([sheet.total[0]] if sheet.total else [])]
    for line in lines:
        cells = dict(zip(marks, line, strict=True))
        counts = {mark: cell for mark in check.marks if isinstance(cell := cells[mark], int)}
        if not check.is_true_of(counts):
            return False
    return True


def fill_words(text: str, sheet: Sheet, fingerprint: str) -> str:
    """Return a text of the layout with its facts and numbers filled in."""
    words, known = Words(text), {**sheet.about, "fingerprint": fingerprint}
    numbers = [name for name in words.names() if name not in known]
    tally = sheet.total[1] if sheet.total else Tally()
    return words.substitute(known | {name: str(NUMBERS[name].of(tally)) for name in numbers})


def is_active(text: str) -> bool:
    """Whether a spreadsheet might take a text for more than a text, also behind white space."""
    return text[:1] in ACTIVE or text.lstrip()[:1] in ACTIVE


def csv_lines(sheet: Sheet) -> Iterator[str]:
    """Give the table as lines of CSV (RFC 4180): headings, lines, totals; nothing around it.

    The first begins with a byte order mark, as spreadsheets want it. A text that might be taken
    for a formula gets an apostrophe before it.
    """
    yield BOM + _spell(_safe(column.heading) for column in sheet.layout.columns)
    yield from (_spell(map(_cell, line)) for line in sheet.lines)
    if sheet.total is not None:
        yield _spell(map(_cell, sheet.total[0]))


def as_csv(sheet: Sheet) -> bytes:
    """Return the table as CSV in UTF-8."""
    return "".join(csv_lines(sheet)).encode()


def fingerprint_of(sheet: Sheet) -> str:
    """Return the SHA-256 of the table as CSV, which other formats tell."""
    digest = sha256()
    for line in csv_lines(sheet):
        digest.update(line.encode())
    return digest.hexdigest()


class _Echo:
    """What a CSV writer writes to, to give its lines back."""

    def write(self, line: str) -> str:
        return line


_WRITER = csv.writer(_Echo(), lineterminator="\r\n")


def _spell(cells: Iterable[str]) -> str:
    return str(_WRITER.writerow(list(cells)))


def _safe(text: str) -> str:
    return f"'{text}" if is_active(text) else text


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return _safe(value)
    if isinstance(value, datetime):
        return local(value).isoformat()
    return str(value)
