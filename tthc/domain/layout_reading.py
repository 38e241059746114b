"""Reading a layout (TOML): every part checked, nothing unknown let through."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from tthc.domain.errors import NotReadyError
from tthc.domain.layout_proof import find_broken
from tthc.domain.layouts import (
    ABOUT,
    ABOUT_MUST,
    COUNTED_BY,
    TOLD_OF_DOSSIERS,
    TOLD_OF_PARTS,
    Check,
    Column,
    Counted,
    Layout,
    Listing,
    Ratio,
    Rows,
    Told,
    Words,
)
from tthc.domain.numbers import NUMBERS

LONGEST_LAYOUT, LONGEST_TEXT = 100_000, 500
MOST_COLUMNS, MOST_ABOVE = 60, 3
NARROWEST, WIDEST = 2, 120

_ID = re.compile(r"[a-z][a-z0-9_]{0,39}/[1-9][0-9]{0,3}", re.ASCII)
_MARK = re.compile(r"[0-9A-Za-z]{1,4}", re.ASCII)
_SUM = r"\s*(\w+(?:\s*\+\s*\w+)*)\s*"
_EQUATION = re.compile(f"{_SUM}={_SUM}", re.ASCII)
_PARTS = (
    *("id", "form", "title", "legal_basis", "rows", "total", "landscape"),
    *("head", "columns", "checks", "notes"),
)
_COLUMN_PARTS = ("mark", "title", "above", "width", "fact", "counts", "ratio")
_ROWS: dict[str, Rows] = {
    **{dimension.value: dimension for dimension in COUNTED_BY},
    **{listing.value: listing for listing in Listing},
}


class LayoutInvalidError(NotReadyError):
    """The layout of a report cannot be used; ``field`` names the part."""

    code = "layout_invalid"


@lru_cache(maxsize=64)
def read_layout(text: str) -> Layout:
    """Return the layout that a TOML text tells.

    Raises:
        LayoutInvalidError: not TOML, an unknown or missing part, a number, fact or column that
            is not there, a fact of the report left untold, or a check that is not true of every
            dossier there can be.
    """
    told = _parse(text)
    rows = _rows(told)
    total = _total(told, rows)
    columns = _columns(told, rows)
    layout = Layout(
        id=_matching(_ID, told.get("id"), "id", "ii06a/1"),
        form=_text(told.get("form", ""), "form", may_be_empty=True),
        title=_text(told.get("title"), "title"),
        legal_basis=_text(told.get("legal_basis"), "legal_basis"),
        rows=rows,
        total=total,
        is_landscape=_truth(told.get("landscape", True), "landscape"),
        head=_head(told),
        columns=columns,
        checks=_checks(told, columns),
        notes=tuple(_texts(told.get("notes", []), "notes")),
    )
    _check_words(layout)
    _check_equations(layout)
    return layout


def _parse(text: str) -> Mapping[str, Any]:
    if len(text) > LONGEST_LAYOUT:
        raise _invalid("toml", f"dài quá {LONGEST_LAYOUT} ký tự", f"above {LONGEST_LAYOUT} letters")
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _invalid("toml", f"không phải TOML: {error}", f"not TOML: {error}") from None
    _refuse_unknown(told, _PARTS, "")
    return told


def _refuse_unknown(table: Mapping[str, Any], known: Sequence[str], place: str) -> None:
    for name in table:
        if name not in known:
            raise _invalid(f"{place}{name}", "không có phần này", "there is no such part")


def _rows(told: Mapping[str, Any]) -> Rows:
    wanted = told.get("rows")
    found = _ROWS.get(wanted) if isinstance(wanted, str) else None
    if found is None:
        names = ", ".join(_ROWS)
        raise _invalid("rows", f"phải là một trong: {names}", f"must be of: {names}")
    return found


def _total(told: Mapping[str, Any], rows: Rows) -> str:
    if isinstance(rows, Listing):
        if "total" in told:
            raise _invalid("total", "danh sách hồ sơ không có", "a list of dossiers has none")
        return ""
    return _text(told.get("total"), "total")


def _head(told: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    pairs = told.get("head", [])
    if not isinstance(pairs, list):
        raise _invalid("head", "phải là danh sách các cặp", "must be a list of pairs")
    found = []
    for number, pair in enumerate(pairs, start=1):
        texts = _texts(pair, f"head.{number}")
        if len(texts) != 2:  # noqa: PLR2004 - a pair
            raise _invalid(f"head.{number}", "phải là [nhãn, nội dung]", "must be [label, text]")
        found.append((texts[0], texts[1]))
    return tuple(found)


def _columns(told: Mapping[str, Any], rows: Rows) -> tuple[Column, ...]:
    tables = told.get("columns")
    if not isinstance(tables, list) or not 1 <= len(tables) <= MOST_COLUMNS:
        vi, en = f"phải có 1–{MOST_COLUMNS} cột", f"must be 1 to {MOST_COLUMNS} columns"
        raise _invalid("columns", vi, en)
    columns: dict[str, Column] = {}
    for number, table in enumerate(tables, start=1):
        made = _column(table, number, rows)
        if made.mark in columns:
            raise _invalid(f"columns.{number}.mark", "đã dùng cho cột khác", "is taken")
        columns[made.mark] = made
    counted = {mark for mark, column in columns.items() if isinstance(column.holds, Counted)}
    for number, column in enumerate(columns.values(), start=1):
        if isinstance(column.holds, Ratio):
            marks = (column.holds.numerator, column.holds.denominator)
            _refuse_uncounted(marks, counted, f"columns.{number}.ratio")
    return tuple(columns.values())


def _column(table: Any, number: int, rows: Rows) -> Column:
    place = f"columns.{number}"
    if not isinstance(table, dict):
        raise _invalid(place, "phải là một bảng", "must be a table")
    _refuse_unknown(table, _COLUMN_PARTS, f"{place}.")
    above = tuple(_texts(table.get("above", []), f"{place}.above"))
    if len(above) > MOST_ABOVE:
        raise _invalid(f"{place}.above", f"quá {MOST_ABOVE} tầng", f"above {MOST_ABOVE} levels")
    return Column(
        mark=_matching(_MARK, table.get("mark", str(number)), f"{place}.mark", "3, 4a, B"),
        title=_text(table.get("title"), f"{place}.title"),
        above=above,
        width=_width(table.get("width", 12), f"{place}.width"),
        holds=_holds(table, place, rows),
    )


def _holds(table: Mapping[str, Any], place: str, rows: Rows) -> Told | Counted | Ratio:
    given = [name for name in ("fact", "counts", "ratio") if name in table]
    if len(given) != 1:
        raise _invalid(
            place, "phải có đúng một: fact, counts, ratio", "needs one: fact, counts, ratio"
        )
    is_list = isinstance(rows, Listing)
    if given == ["fact"]:
        return Told(
            _known(table["fact"], TOLD_OF_DOSSIERS if is_list else TOLD_OF_PARTS, f"{place}.fact")
        )
    if is_list:
        raise _invalid(
            f"{place}.{given[0]}",
            "danh sách hồ sơ chỉ có fact",
            "a list of dossiers has facts only",
        )
    names = _texts(table[given[0]], f"{place}.{given[0]}")
    if given == ["counts"]:
        if not names:
            raise _invalid(f"{place}.counts", "không được để trống", "must not be empty")
        return Counted(tuple(_known(name, NUMBERS, f"{place}.counts") for name in names))
    if len(names) != 2:  # noqa: PLR2004 - above and below
        raise _invalid(f"{place}.ratio", "phải là [tử số, mẫu số]", "must be [above, below]")
    return Ratio(names[0], names[1])


def _checks(told: Mapping[str, Any], columns: Sequence[Column]) -> tuple[Check, ...]:
    counted = {column.mark for column in columns if isinstance(column.holds, Counted)}
    found = []
    for number, text in enumerate(_texts(told.get("checks", []), "checks"), start=1):
        equation = _EQUATION.fullmatch(text)
        if equation is None:
            raise _invalid(f"checks.{number}", "phải như “3 = 4 + 5”", "must be like “3 = 4 + 5”")
        check = Check(*(tuple(map(str.strip, side.split("+"))) for side in equation.groups()))
        _refuse_uncounted(check.marks, counted, f"checks.{number}")
        found.append(check)
    return tuple(found)


def _refuse_uncounted(marks: Sequence[str], counted: set[str], field: str) -> None:
    for mark in marks:
        if mark not in counted:
            raise _invalid(
                field, f"không có cột số liệu “{mark}”", f"there is no counted column {mark}"
            )


def _check_words(layout: Layout) -> None:
    """Refuse a ``$`` that names nothing, and a report that leaves untold what it rests on."""
    numbers = () if isinstance(layout.rows, Listing) else NUMBERS
    texts = [(f"head.{n}", text) for n, (_, text) in enumerate(layout.head, start=1)]
    texts += [(f"notes.{n}", text) for n, text in enumerate(layout.notes, start=1)]
    told = set()
    for field, text in texts:
        words = Words(text)
        if not words.is_valid():
            raise _invalid(field, "có dấu $ không hợp lệ", "has a $ that names nothing")
        for name in words.names():
            if name not in ABOUT and name not in numbers:
                raise _invalid(field, f"không có ${name}", f"there is no ${name}")
            told.add(name)
    missing = ", ".join(f"${name}" for name in ABOUT_MUST if name not in told)
    if missing:
        raise _invalid("head", f"phải nêu {missing}", f"must tell {missing}")


def _check_equations(layout: Layout) -> None:
    """Refuse a check that some dossier breaks: true of each, it is true of every sum."""
    broken = find_broken(layout)
    if broken is not None:
        check = layout.checks[broken.number - 1]
        facts = ", ".join(sorted(fact.name or "" for fact in broken.facts)).lower()
        raise _invalid(
            f"checks.{broken.number}",
            f"{check} không đúng với hồ sơ có: {facts}",
            f"{check} is not true of a dossier with: {facts}",
        )


def _matching(pattern: re.Pattern[str], found: Any, field: str, example: str) -> str:
    if not isinstance(found, str) or not pattern.fullmatch(found):
        raise _invalid(field, f"phải như: {example}", f"must be like: {example}")
    return found


def _known(name: Any, known: Sequence[str] | Mapping[str, Any], field: str) -> str:
    if not isinstance(name, str) or name not in known:
        raise _invalid(field, f"không có “{name}”", f"there is no {name}")
    return name


def _width(found: Any, field: str) -> float:
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise _invalid(field, "phải là số", "must be a number")
    if not NARROWEST <= found <= WIDEST:
        vi, en = f"phải từ {NARROWEST} đến {WIDEST}", f"must be {NARROWEST} to {WIDEST}"
        raise _invalid(field, vi, en)
    return float(found)


def _truth(found: Any, field: str) -> bool:
    if not isinstance(found, bool):
        raise _invalid(field, "phải là true hoặc false", "must be true or false")
    return found


def _text(found: Any, field: str, *, may_be_empty: bool = False) -> str:
    is_text = isinstance(found, str) and len(found) <= LONGEST_TEXT and found.isprintable()
    if not is_text or not (found.strip() or may_be_empty):
        raise _invalid(
            field,
            f"phải là văn bản một dòng, tối đa {LONGEST_TEXT} ký tự",
            f"must be a text of one line, at most {LONGEST_TEXT} characters",
        )
    return str(found)


def _texts(found: Any, field: str) -> list[str]:
    if not isinstance(found, list):
        raise _invalid(field, "phải là danh sách văn bản", "must be a list of texts")
    return [_text(item, field) for item in found]


def _invalid(field: str, vi: str, en: str) -> LayoutInvalidError:
    return LayoutInvalidError(
        f"Mẫu báo cáo, phần “{field}”: {vi}.", f"layout of a report, {field}: {en}", field=field
    )
