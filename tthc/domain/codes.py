"""Dossier codes (mã hồ sơ): ``{agency}-{yyMMdd}-{sequence}``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from tthc.domain.errors import RuleError

_SHAPE = re.compile(
    r"(?P<agency>[0-9]{3}(?:\.[0-9]{2,3}){2}\.[A-Z][0-9]{2}|[A-Z][0-9]{2}(?:\.[0-9]{1,3}){0,3})"
    r"-(?P<day>[0-9]{6})-(?P<number>[0-9]{4,7})"
)
"""Source: Quyết định 20/2020/QĐ-TTg (agency codes) and the codes in use on the portal."""
DIGITS = 4


class CodeMalformedError(RuleError):
    """The text is not a dossier code."""

    code = "dossier_code_malformed"


@dataclass(frozen=True, slots=True)
class DossierCode:
    """A dossier code taken apart. Past 9,999 the sequence widens; it is never reused.

    ``width`` is that of a sequence with leading zeros; 0361 and 000361 are two codes.
    """

    agency: str
    day: date
    number: int
    width: int = DIGITS

    def __str__(self) -> str:
        """Return the code as printed."""
        return f"{self.agency}-{self.day:%y%m%d}-{self._sequence}"

    @property
    def is_local(self) -> bool:
        """Whether a desk may give this very code: ministry systems' sequences are longer."""
        return len(self._sequence) == DIGITS

    @property
    def _sequence(self) -> str:
        return f"{self.number:0{self.width}d}"


def parse_code(text: str) -> DossierCode:
    """Take a dossier code apart; ministry systems' 6 to 7 digit sequences are accepted.

    Raises:
        CodeMalformedError: not the shape of a code, or its date does not exist.
    """
    found = _SHAPE.fullmatch(text)
    day = _day(found["day"]) if found else None
    if found is None or day is None:
        raise CodeMalformedError(
            "Mã hồ sơ không đúng dạng {mã cơ quan}-{yyMMdd}-{số thứ tự}.",
            "the dossier code is not of the form {agency}-{yyMMdd}-{sequence}",
        )
    sequence = found["number"]
    width = len(sequence) if sequence.startswith("0") else DIGITS
    return DossierCode(found["agency"], day, int(sequence), width)


def _day(digits: str) -> date | None:
    try:
        return date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:]))
    except ValueError:
        return None
