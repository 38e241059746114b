"""Reading how citizens are written to: a folder of texts that an office may change."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import time, timedelta
from pathlib import Path
from typing import Any

from tthc.domain.letters import Letter, LetterInvalidError, LetterTemplate, read_template
from tthc.domain.notices import QuietHours
from tthc.services.letters import LetterRules

LETTER_FOLDER = Path("config") / "templates" / "notices"
SENDING = "sending.toml"
LONGEST_DELAY = 24 * 60
LONGEST_CONTACT = 300
_UNIT = re.compile(r"[0-9]{2}|[0-9]{5}")


def read_letter_rules(folder: Path) -> LetterRules:
    """Return every template of ``folder`` and the hours in ``sending.toml``.

    Raises:
        LetterInvalidError: a file is missing, or cannot be used; nothing is used then.
    """
    templates = {letter: _read(folder, letter) for letter in Letter}
    with _usable_sending():
        told = tomllib.loads(_text(folder / SENDING))
        hours = QuietHours(_time(told, "quiet_since"), _time(told, "quiet_until"))
        return LetterRules(templates, hours, _delay(told), _contacts(told))


def read_contacts(folder: Path) -> Mapping[str, str]:
    """Return where citizens ask about each desk, by unit code, as ``sending.toml`` tells it.

    Raises:
        LetterInvalidError: the file is missing or cannot be used.
    """
    with _usable_sending():
        return _contacts(tomllib.loads(_text(folder / SENDING)))


@contextmanager
def _usable_sending() -> Iterator[None]:
    try:
        yield
    except (tomllib.TOMLDecodeError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise LetterInvalidError(
            f"Tệp {SENDING} không dùng được: {error}",
            f"{SENDING} cannot be used: {error}",
            field=SENDING,
        ) from None


def _read(folder: Path, letter: Letter) -> LetterTemplate:
    return read_template(letter, _text(folder / f"{letter}.txt"))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise LetterInvalidError(
            f"Thiếu mẫu thư {path.name}, hoặc tệp không phải UTF-8.",
            f"the letter {path.name} is missing or is not UTF-8",
            field=path.stem,
        ) from None


def _time(told: Mapping[str, Any], name: str) -> time:
    return time.fromisoformat(told[name])


def _delay(told: Mapping[str, Any]) -> timedelta:
    minutes = told["wait_minutes"]
    if not isinstance(minutes, int) or not 0 <= minutes <= LONGEST_DELAY:
        raise ValueError(f"wait_minutes must be from 0 to {LONGEST_DELAY}")
    return timedelta(minutes=minutes)


def _contacts(told: Mapping[str, Any]) -> Mapping[str, str]:
    contacts = told["contacts"]
    for unit, text in contacts.items():
        is_told = isinstance(text, str) and text.isprintable() and len(text) <= LONGEST_CONTACT
        if not is_told or not _UNIT.fullmatch(unit):
            raise ValueError(f'contacts: "{unit}" must be a unit code and its contact one line')
    return dict(contacts)
