"""Vietnamese text: one stored form, and one form in which every spelling is found."""

from __future__ import annotations

import unicodedata

_D_BAR = str.maketrans({"đ": "d", "Đ": "d"})


def stored_form(text: str) -> str:
    """Return ``text`` in NFC with white space squeezed; the only form that is stored."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def search_form(text: str) -> str:
    """Return ``text`` without accents, in lower case, squeezed: ``Hoà  Bình`` is ``hoa binh``.

    The same for NFC and NFD, old and new tone placement, đ and d.
    """
    bare = unicodedata.normalize("NFD", text.translate(_D_BAR))
    letters = "".join(c for c in bare if not unicodedata.combining(c))
    return " ".join(letters.lower().split())
