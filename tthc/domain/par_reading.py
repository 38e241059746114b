"""Reading a province's PAR INDEX criteria from CSV: all of it, or a refusal with its line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Mapping
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from tthc.domain.errors import RuleError
from tthc.domain.par_index import Band, Criterion
from tthc.domain.scoring import HUNDRED
from tthc.domain.text import stored_form

COLUMNS = (
    *("province", "year", "code", "name", "maximum", "figure", "bands"),
    *("legal_basis", "confirmed", "source"),
)
FULL, IN_PROPORTION = "full", "x"
"""Words for the points of a band: the maximum; the percentage of the maximum."""

MOST_POINTS = Decimal(1000)
_YEAR = re.compile(r"20[0-9]{2}", re.ASCII)


class ParFileRefusedError(RuleError):
    """A file of criteria cannot be used; ``line`` and ``rule`` tell where and why."""

    code = "par_file_refused"


def read_criteria(content: bytes, figures: Collection[str]) -> list[Criterion]:
    """Return the criteria of a CSV file in UTF-8, in its order.

    ``bands`` are written ``100:full; 95:x; 0:0``: from 100 % on the maximum, from 95 % on the
    percentage of it, below that 0 points.

    ``figures`` are the names of those that may feed a criterion.

    Raises:
        ParFileRefusedError: naming the line; nothing of the file is used.
    """
    try:
        rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    except UnicodeDecodeError:
        raise _refused(1, "malformed", "tệp không phải UTF-8", "the file is not UTF-8") from None
    found: list[Criterion] = []
    try:
        if tuple(rows.fieldnames or ()) != COLUMNS:
            wanted = ", ".join(COLUMNS)
            raise _refused(1, "columns", f"các cột phải là {wanted}", f"columns must be {wanted}")
        for row in rows:
            found.append(_criterion(row, rows.line_num, figures))
            _refuse_twice(found, rows.line_num)
    except csv.Error:
        line = rows.line_num + 1
        raise _refused(line, "malformed", "không đọc được", "it cannot be read") from None
    return found


def _criterion(
    row: Mapping[str | None, str | None], line: int, figures: Collection[str]
) -> Criterion:
    if None in row or None in row.values():
        raise _refused(line, "columns", "số cột không đúng", "it has another number of columns")
    cells = {str(name): stored_form(value or "") for name, value in row.items()}
    for name in COLUMNS:
        if not cells[name]:
            raise _refused(line, "empty", f"thiếu {name}", f"{name} is empty")
    if cells["confirmed"] not in {"true", "false"}:
        raise _refused(line, "confirmed", "confirmed: true hoặc false", "confirmed: true or false")
    if cells["figure"] not in figures:
        raise _refused(
            line, "figure", f"không có số liệu {cells['figure']}", f"no figure {cells['figure']}"
        )
    if not _YEAR.fullmatch(cells["year"]):
        raise _refused(line, "year", "năm có dạng 20xx", "a year is 20xx")
    maximum = _number(cells["maximum"], line)
    return Criterion(
        province=cells["province"],
        year=int(cells["year"]),
        code=cells["code"],
        name=cells["name"],
        maximum=maximum,
        figure=cells["figure"],
        bands=_bands(cells["bands"], maximum, line),
        legal_basis=cells["legal_basis"],
        is_confirmed=cells["confirmed"] == "true",
        source=cells["source"],
    )


def _bands(text: str, maximum: Decimal, line: int) -> tuple[Band, ...]:
    bands = []
    for written in text.split(";"):
        least, colon, worth = (part.strip() for part in written.partition(":"))
        if not colon:
            raise _refused(line, "bands", f"bậc “{written}”", f"the band {written.strip()!r}")
        bands.append(Band(_number(least, line), _worth(worth, maximum, line)))
    falls = all(before.at_least > after.at_least for before, after in pairwise(bands))
    if not falls or bands[0].at_least > HUNDRED or bands[-1].at_least != 0:
        raise _refused(
            line, "bands", "các bậc phải giảm dần, từ 100 về 0", "bands fall, from 100 down to 0"
        )
    return tuple(bands)


def _worth(text: str, maximum: Decimal, line: int) -> Decimal | None:
    if text == IN_PROPORTION:
        return None
    points = maximum if text == FULL else _number(text, line)
    if points > maximum:
        raise _refused(line, "bands", "điểm quá điểm tối đa", "points beyond the maximum")
    return points


def _number(text: str, line: int) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or not 0 <= number <= MOST_POINTS:
        raise _refused(line, "number", f"“{text}” không phải số", f"{text!r} is no number")
    return number


def _refuse_twice(found: list[Criterion], line: int) -> None:
    *before, last = ((c.province, c.year, c.code) for c in found)
    if last in before:
        raise _refused(line, "twice", "tiêu chí đã có", "the criterion is there already")


def _refused(line: int, rule: str, vi: str, en: str) -> ParFileRefusedError:
    return ParFileRefusedError(
        f"Dòng {line}: {vi}.", f"line {line}: {en}", rule=rule, line=str(line)
    )
