"""Strict fields to build schemas from.

Nothing is converted by goodwill: ``"12"``, 1.0 and true are no integers, 0 is no boolean, a
time without its offset is no instant. Text is NFC, trimmed, and free of control characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any, ClassVar

from marshmallow import ValidationError, fields

from tthc.domain.moment import local
from tthc.serving.faults import fault

BIGINT_MAX = 2**63 - 1
YEARS = range(1900, 3000)
LONGEST_SECRET = 1000

_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,18})", re.ASCII)
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_QUARTER = timedelta(minutes=15)
_WIDEST_OFFSET = timedelta(hours=14)


class _Strict:
    """A field that reads one value by ``read`` and whose refusals are faults."""

    renamed: ClassVar[Mapping[str, str]] = {"validator_failed": "invalid"}

    def read(self, value: Any) -> Any:
        """Return the value as the services know it, or raise ``make_error``."""
        raise NotImplementedError

    def make_error(self, key: str, **facts: Any) -> ValidationError:
        """Return the error for a fault by its code."""
        return ValidationError([fault(self.renamed.get(key, key), **facts)])

    def _deserialize(self, value: Any, *_place: Any, **_rest: Any) -> Any:
        return self.read(value)


def clean_text(value: str) -> str:
    """Return ``value`` trimmed, in Unicode form NFC."""
    return unicodedata.normalize("NFC", value).strip()


def is_plain_text(value: str, *, lines: bool = False) -> bool:
    """Whether text has no control character (but line ends if ``lines``), surrogate or override."""
    if value.isascii() and value.isprintable():
        return True
    allowed = "\n\r\t" if lines else ""
    return not any(
        char in _BIDI or (unicodedata.category(char) in {"Cc", "Cs"} and char not in allowed)
        for char in value
    )


class String(_Strict, fields.String):
    """Text of ``least`` to ``most`` characters, on one line unless ``lines``."""

    def __init__(
        self,
        *,
        most: int = 200,
        least: int = 1,
        lines: bool = False,
        pattern: str | None = None,
        **rest: Any,
    ) -> None:
        facts: dict[str, Any] = {"minLength": least, "maxLength": most}
        if pattern is not None:
            facts["pattern"] = f"^({pattern})$"
        super().__init__(metadata=facts | rest.pop("metadata", {}), **rest)
        self.most, self.least, self.lines = most, least, lines
        self.pattern = re.compile(pattern, re.ASCII) if pattern is not None else None

    def read(self, value: Any) -> str:
        """Return clean text within the limits."""
        if not isinstance(value, str):
            raise self.make_error("not_text")
        if len(value) > 4 * self.most:
            raise self.make_error("too_long", limit=self.most)
        text = clean_text(value)
        if not is_plain_text(text, lines=self.lines):
            raise self.make_error("bad_characters")
        if len(text) > self.most:
            raise self.make_error("too_long", limit=self.most)
        return self._checked(text)

    def _checked(self, text: str) -> str:
        if len(text) < self.least:
            raise self.make_error("too_short", limit=self.least)
        if self.pattern is not None and not self.pattern.fullmatch(text):
            raise self.make_error("bad_pattern")
        return text


class Secret(_Strict, fields.String):
    """A password: text taken as it was typed, in NFC."""

    def read(self, value: Any) -> str:
        """Return the text untrimmed."""
        if not isinstance(value, str) or "\0" in value:
            raise self.make_error("not_text")
        if len(value) > LONGEST_SECRET:
            raise self.make_error("too_long", limit=LONGEST_SECRET)
        return unicodedata.normalize("NFC", value)


class Integer(_Strict, fields.Integer):
    """A JSON integer from ``least`` to ``most``."""

    def __init__(self, *, least: int = 0, most: int = BIGINT_MAX, **rest: Any) -> None:
        facts = {"minimum": least, "maximum": most} | rest.pop("metadata", {})
        super().__init__(metadata=facts, **rest)
        self.least, self.most = least, most

    def read(self, value: Any) -> int:
        """Return the integer; a boolean or 1.0 is none."""
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.make_error("not_integer")
        if not self.least <= value <= self.most:
            raise self.make_error("out_of_range", least=self.least, most=self.most)
        return value


class QueryInteger(Integer):
    """An integer in a query string: ASCII decimal digits without leading zeros."""

    def read(self, value: Any) -> int:
        """Return the integer that the digits say."""
        if not isinstance(value, str) or not _WHOLE.fullmatch(value):
            raise self.make_error("not_integer")
        return super().read(int(value))


class Boolean(_Strict, fields.Boolean):
    """A JSON true or false."""

    def read(self, value: Any) -> bool:
        """Return the truth value; 0 and "yes" are none."""
        if not isinstance(value, bool):
            raise self.make_error("not_boolean")
        return value


class QueryBoolean(_Strict, fields.Boolean):
    """``true`` or ``false`` in a query string."""

    def read(self, value: Any) -> bool:
        """Return the truth value that the word says."""
        if value not in {"true", "false"}:
            raise self.make_error("not_boolean")
        return bool(value == "true")


class Instant(_Strict, fields.DateTime):
    """An instant, read with any offset of whole quarters of an hour, shown as Vietnamese time."""

    def read(self, value: Any) -> datetime:
        """Return the instant in UTC; a time without offset is refused."""
        if not isinstance(value, str) or not _INSTANT.fullmatch(value):
            raise self.make_error("not_instant")
        try:
            found = datetime.fromisoformat(value.upper())
        except ValueError:
            raise self.make_error("not_instant") from None
        offset = found.utcoffset() or timedelta(0)
        if offset % _QUARTER or abs(offset) > _WIDEST_OFFSET or found.year not in YEARS:
            raise self.make_error("not_instant")
        return found.astimezone(UTC)

    def _serialize(self, value: Any, *_place: Any, **_rest: Any) -> str | None:
        return None if value is None else local(value).isoformat()


class Day(_Strict, fields.Date):
    """A civil day of Viet Nam, YYYY-MM-DD."""

    def read(self, value: Any) -> date:
        """Return the day; other ISO 8601 forms (weeks, no hyphens) are refused."""
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise self.make_error("not_date")
        try:
            found = date.fromisoformat(value)
        except ValueError:
            raise self.make_error("not_date") from None
        if found.year not in YEARS:
            raise self.make_error("not_date")
        return found


class Choice(_Strict, fields.Enum[Any]):
    """A member of an enumeration by its value: text, or a number for an IntEnum."""

    def __init__(self, enum: type[Enum], **rest: Any) -> None:
        is_number = issubclass(enum, int)
        super().__init__(enum, by_value=fields.Integer() if is_number else fields.String(), **rest)
        self.kind: type = int if is_number else str
        self.members = {str(member.value): member for member in enum}

    def read(self, value: Any) -> Any:
        """Return the member; a value of another JSON type than its own is none."""
        found = self.members.get(str(value)) if type(value) is self.kind else None
        if found is None:
            raise self.make_error("not_choice", choices=", ".join(self.members))
        return found


class QueryChoice(Choice):
    """A member of an enumeration in a query string, where every value is text."""

    def __init__(self, enum: type[Enum], **rest: Any) -> None:
        super().__init__(enum, **rest)
        self.kind = str
