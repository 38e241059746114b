"""Reading a mapping file (TOML): every part checked, nothing unknown let through."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import tzinfo
from enum import IntEnum, StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tthc.domain.dossier import Channel
from tthc.domain.errors import RuleError
from tthc.domain.lifecycle import ENDED_WITHOUT_RESULT, WITH_RESULT, Status
from tthc.domain.mapping import (
    COLUMNS,
    ProcedureMode,
    ProcedureRule,
    SourceKind,
    SourceMapping,
    StatusRule,
    UnitMode,
    UnitRule,
    label_form,
)
from tthc.domain.moment import VIET_NAM
from tthc.domain.text import search_form

LONGEST_UNIT_PREFIX = 8

_Word = TypeVar("_Word", bound=StrEnum)
_Number = TypeVar("_Number", bound=IntEnum)

_NAME = re.compile(r"[a-z][a-z0-9_]{0,19}", re.ASCII)
_TABLES = {
    "time": ("format", "zone"),
    "finished": ("when_status", "closed_when_status"),
    "status_by_dates": ("with_end", "without_end"),
    "unit": ("mode", "prefix", "strip", "empty"),
    "procedure": ("mode", "drop", "value"),
    "ignored": ("columns",),
}
_OWN_WORDS = ("name", "title", "origin", "delimiter", "encoding", "kind", "key")


class MappingInvalidError(RuleError):
    """The mapping file cannot be used; ``field`` names the part."""

    code = "mapping_invalid"


def read_mapping(text: str) -> SourceMapping:
    """Return the mapping that a TOML text tells.

    Raises:
        MappingInvalidError: not TOML, an unknown or missing part, or parts that do not fit.
    """
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _invalid("toml", f"không phải TOML: {error}", f"not TOML: {error}") from None
    _refuse_unknown(told)
    columns = _read_columns(told)
    made = SourceMapping(
        name=_read_name(told),
        title=_text(told, "title"),
        origin=_text(told, "origin"),
        delimiter=_read_delimiter(told),
        kind=_member(SourceKind, told.get("kind"), "kind"),
        key=_text(told, "key"),
        time_format=_text(_table(told, "time"), "format", "time.format"),
        zone=_read_zone(_table(told, "time")),
        columns=columns,
        ignored=frozenset(_texts(_table(told, "ignored").get("columns", []), "ignored.columns")),
        channels=_labels(told, "channel", Channel),
        status=_read_status(told, columns),
        unit=_read_unit(told, columns),
        procedure=_read_procedure(told, columns),
    )
    _refuse_double_use(made)
    return made


def _refuse_unknown(told: Mapping[str, Any]) -> None:
    known = {*_OWN_WORDS, *_TABLES, "columns", "channel", "status"}
    strange = sorted(told.keys() - known)
    for name, words in _TABLES.items():
        strange += [f"{name}.{word}" for word in sorted(_table(told, name).keys() - set(words))]
    strange += [f"columns.{w}" for w in sorted(_table(told, "columns").keys() - set(COLUMNS))]
    if strange:
        raise _invalid(strange[0], "không có phần này", "there is no such part")
    if told.get("encoding", "utf-8-sig") not in {"utf-8", "utf-8-sig"}:
        raise _invalid("encoding", "chỉ nhận UTF-8", "only UTF-8 is read")


def _read_name(told: Mapping[str, Any]) -> str:
    name = _text(told, "name")
    if not _NAME.fullmatch(name):
        raise _invalid("name", "chỉ gồm a–z, 0–9, _ (tối đa 20)", "at most 20 of a-z, 0-9 and _")
    return name


def _read_delimiter(told: Mapping[str, Any]) -> str:
    delimiter = told.get("delimiter", ",")
    if delimiter not in {",", ";", "\t", "|"}:
        raise _invalid("delimiter", "phải là , ; | hoặc tab", "must be a comma, ; | or a tab")
    return str(delimiter)


def _read_zone(time: Mapping[str, Any]) -> tzinfo:
    name = time.get("zone", VIET_NAM.key)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        raise _invalid("time.zone", "không có múi giờ này", "there is no such time zone") from None


def _read_columns(told: Mapping[str, Any]) -> dict[str, str]:
    table = _table(told, "columns")
    columns = {name: _text(table, name, f"columns.{name}") for name in table}
    if "received_at" not in columns:
        raise _invalid("columns.received_at", "là bắt buộc", "is required")
    if "channel" in columns and not _table(told, "channel"):
        raise _invalid("channel", "phải liệt kê các giá trị", "must list the values")
    return columns


def _read_status(told: Mapping[str, Any], columns: Mapping[str, str]) -> StatusRule:
    names = _labels(told, "status", Status)
    if ("status" in columns) is not bool(names):
        raise _invalid("status", "cần cả cột lẫn danh sách giá trị", "needs a column and values")
    by_dates, ends = _table(told, "status_by_dates"), _table(told, "finished")
    default = StatusRule(names)
    rule = StatusRule(
        names,
        _status(by_dates.get("with_end", default.with_end), "status_by_dates.with_end"),
        _status(by_dates.get("without_end", default.without_end), "status_by_dates.without_end"),
        _statuses(ends, "when_status", default.finished_in),
        _statuses(ends, "closed_when_status", default.closed_in),
    )
    _refuse_odd_ends(rule)
    return rule


def _refuse_odd_ends(rule: StatusRule) -> None:
    if not rule.finished_in <= WITH_RESULT:
        raise _invalid("finished.when_status", "chỉ gồm 9, 10", "may hold 9 and 10 only")
    if not rule.closed_in <= ENDED_WITHOUT_RESULT | {Status.REFUSED}:
        raise _invalid("finished.closed_when_status", "chỉ gồm 3, 7, 8", "may hold 3, 7, 8 only")
    ends = rule.finished_in | rule.closed_in
    if not rule.names and (rule.with_end not in ends or rule.without_end in ends):
        raise _invalid(
            "status_by_dates", "không khớp với [finished]", "does not agree with [finished]"
        )


def _read_unit(told: Mapping[str, Any], columns: Mapping[str, str]) -> UnitRule:
    table = _table(told, "unit")
    mode = _member(UnitMode, table.get("mode"), "unit.mode")
    needed = "code" if mode is UnitMode.DOSSIER_CODE else "unit"
    if needed not in columns:
        raise _invalid(f"columns.{needed}", "cần cho unit.mode", "is needed by unit.mode")
    prefix = str(table.get("prefix", ""))
    if mode is UnitMode.CREATE and not 1 <= len(prefix) <= LONGEST_UNIT_PREFIX:
        raise _invalid("unit.prefix", "phải có 1–8 ký tự", "must have 1 to 8 characters")
    empty = table.get("empty", "refuse")
    if empty not in {"unassigned", "refuse"}:
        raise _invalid("unit.empty", "là unassigned hoặc refuse", "is unassigned or refuse")
    return UnitRule(mode, prefix, str(table.get("strip", "")), empty == "unassigned")


def _read_procedure(told: Mapping[str, Any], columns: Mapping[str, str]) -> ProcedureRule:
    table = _table(told, "procedure")
    mode = _member(ProcedureMode, table.get("mode", ProcedureMode.NONE), "procedure.mode")
    if mode in {ProcedureMode.CODE, ProcedureMode.NAME} and "procedure" not in columns:
        raise _invalid("columns.procedure", "cần cho procedure.mode", "is needed by procedure.mode")
    value = None
    if mode is ProcedureMode.CONSTANT:
        value = _text(table, "value", "procedure.value")
    drop = _texts(table.get("drop", []), "procedure.drop")
    return ProcedureRule(mode, tuple(search_form(words) for words in drop), value)


def _refuse_double_use(made: SourceMapping) -> None:
    both = made.ignored & set(made.used)
    if both:
        raise _invalid(
            "ignored.columns",
            f"cột “{min(both)}” vừa dùng vừa bỏ qua",
            f"column “{min(both)}” is both used and ignored",
        )


def _table(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = told.get(name, {})
    if not isinstance(found, dict):
        raise _invalid(name, "phải là một bảng", "must be a table")
    return found


def _text(table: Mapping[str, Any], name: str, field: str | None = None) -> str:
    found = table.get(name)
    if not isinstance(found, str) or not found.strip():
        raise _invalid(field or name, "là văn bản bắt buộc", "is a required text")
    return found


def _texts(found: Any, field: str) -> Iterable[str]:
    if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
        raise _invalid(field, "phải là danh sách văn bản", "must be a list of texts")
    return found


def _member(kind: type[_Word], found: Any, field: str) -> _Word:
    try:
        return kind(found)
    except ValueError:
        choices = ", ".join(kind)
        raise _invalid(field, f"phải là một trong: {choices}", f"must be of: {choices}") from None


def _labels(told: Mapping[str, Any], name: str, kind: type[_Number]) -> dict[str, _Number]:
    found: dict[str, _Number] = {}
    for label, number in _table(told, name).items():
        if label_form(label) in found:
            raise _invalid(f"{name}.{label}", "có hai lần", "is there twice")
        found[label_form(label)] = _numbered(kind, number, f"{name}.{label}")
    return found


def _status(number: Any, field: str) -> Status:
    return _numbered(Status, number, field)


def _statuses(table: Mapping[str, Any], name: str, default: frozenset[Status]) -> frozenset[Status]:
    found = table.get(name)
    if found is None:
        return default
    field = f"finished.{name}"
    if not isinstance(found, list):
        raise _invalid(field, "phải là danh sách số", "must be a list of numbers")
    return frozenset(_status(number, field) for number in found)


def _numbered(kind: type[_Number], number: Any, field: str) -> _Number:
    try:
        return kind(number)
    except ValueError:
        raise _invalid(field, "không có mã số này", "there is no such number") from None


def _invalid(field: str, vi: str, en: str) -> MappingInvalidError:
    return MappingInvalidError(
        f"Tệp ánh xạ, phần “{field}”: {vi}.", f"mapping file, {field}: {en}", field=field
    )
