"""What pages say, one catalogue for each language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "texts"
LANGUAGES = ("vi", "en")
"""The first one is spoken to whoever did not choose."""


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one language; called with a key it gives the text with its facts filled in."""

    lang: str
    known: Mapping[str, str]

    def __call__(self, key: str, **facts: object) -> str:
        """Return the text of ``key``; an unknown one is a bug and raises KeyError."""
        return self.known[key].format(**facts) if facts else self.known[key]

    def of(self, vi: str, en: str) -> str:
        """Return whichever of two texts is of this language, as refusals carry both."""
        return vi if self.lang == "vi" else en


def read_texts(lang: str) -> Texts:
    """Read one language's catalogue; tables are joined to their keys by dots."""
    with (FOLDER / f"{lang}.toml").open("rb") as file:
        tables = tomllib.load(file)
    return Texts(
        lang, {f"{t}.{key}": text for t, keys in tables.items() for key, text in keys.items()}
    )


TEXTS: Mapping[str, Texts] = {lang: read_texts(lang) for lang in LANGUAGES}


def texts_in(lang: str | None) -> Texts:
    """Return the texts of a language, or of the first one when it is not spoken here."""
    return TEXTS.get(lang or "", TEXTS[LANGUAGES[0]])
