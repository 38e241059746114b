"""Reading JSON without goodwill: what two parsers could read in two ways is refused.

Source: RFC 8259 §4 (names unique), §6 (no NaN), §8.1 (UTF-8, no byte order mark); RFC 7493.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any, ClassVar

from marshmallow import ValidationError

from tthc.domain.errors import TthcError
from tthc.serving.faults import Fault, fault

DEEPEST = 50
MOST_DIGITS = 19
BOM = b"\xef\xbb\xbf"

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)
_NOT_TEXT = re.compile("[\0\ud800-\udfff]")


class MalformedJsonError(TthcError):
    """The body is not JSON."""

    code: ClassVar[str] = "malformed_json"


class DeepJsonError(MalformedJsonError):
    """The body is nested deeper than ``DEEPEST``."""

    code = "json_too_deep"


class DuplicateKeyError(MalformedJsonError):
    """An object names a key twice, so it says two things."""

    code = "duplicate_key"


class _Huge:
    """Stands for a number that no column could hold, until its place is known."""


_HUGE = _Huge()


def load_json(body: bytes) -> Any:
    """Return the value of a JSON text.

    Raises:
        MalformedJsonError: syntax, encoding, byte order mark, NaN or Infinity.
        DeepJsonError: more than ``DEEPEST`` levels.
        DuplicateKeyError: the same key twice in one object.
        ValidationError: a number beyond 19 digits or the range of a double, a NUL or a lone
            surrogate; names each field.
    """
    if body.startswith(BOM):
        raise _malformed("byte order mark")
    _check_depth(body)
    try:
        value = json.loads(
            body.decode("utf-8"),
            parse_int=_whole,
            parse_float=_broken,
            parse_constant=_refuse_constant,
            object_pairs_hook=_unique,
        )
    except (ValueError, RecursionError) as error:
        raise _malformed(_reason(error)) from None
    faults = dict(_unfit(value, ()))
    if faults:
        raise ValidationError({".".join(path): [told] for path, told in faults.items()})
    return value


def _malformed(reason: str) -> MalformedJsonError:
    return MalformedJsonError(
        "Nội dung không phải JSON hợp lệ.", f"the body is not valid JSON: {reason}"
    )


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at character {error.pos}"
    return "not UTF-8" if isinstance(error, UnicodeDecodeError) else "not readable"


def _check_depth(body: bytes) -> None:
    if body.count(b"[") + body.count(b"{") <= DEEPEST:
        return
    depth = 0
    for token in _TOKEN.finditer(body):
        first = body[token.start()]
        if first in b"[{":
            depth += 1
        elif first in b"]}":
            depth -= 1
        if depth > DEEPEST:
            raise DeepJsonError(
                f"JSON lồng quá {DEEPEST} cấp.", f"nested deeper than {DEEPEST} levels"
            )


def _whole(digits: str) -> int | _Huge:
    return int(digits) if len(digits.lstrip("-")) <= MOST_DIGITS else _HUGE


def _broken(digits: str) -> float | _Huge:
    value = float(digits)
    return value if math.isfinite(value) else _HUGE


def _refuse_constant(name: str) -> None:
    raise _malformed(f"{name} is no JSON number")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            vi, en = fault("duplicate_key").vi, str(fault("duplicate_key"))
            raise DuplicateKeyError(vi, en, field=key)
        found[key] = value
    return found


def _unfit(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Fault]]:
    if isinstance(value, dict):
        for key, below in value.items():
            if _NOT_TEXT.search(key):
                yield (*path, "?"), fault("bad_characters")
            yield from _unfit(below, (*path, key))
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from _unfit(below, (*path, str(index)))
    elif value is _HUGE:
        yield path, fault("number_too_large")
    elif isinstance(value, str) and _NOT_TEXT.search(value):
        yield path, fault("bad_characters")
