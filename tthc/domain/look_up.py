"""The secret on a citizen's slip, with which a dossier may be looked up by nobody in particular.

It follows from the application's key, the code and how often a new one was issued, so nothing of
it is kept. Choice: docs/decisions/look-up.md.
"""

from __future__ import annotations

import hmac
import re

from tthc.domain.codes import CodeMalformedError, parse_code

DIGITS = 15
"""49.8 bits, all digits: letters sound alike when they are read out (B and P, S and X)."""
GROUP = 5

_CODE = re.compile(r"[A-Z0-9.-]{1,40}", re.ASCII)
_BETWEEN = re.compile(r"[\s.–-]+")


def secret_of(secret_key: str, code: str, issue: int) -> str:
    """Return the 15 digits that open the dossier ``code``; ``issue`` counts replacements from 0."""
    key = hmac.digest(secret_key.encode(), b"look-up", "sha256")
    mark = hmac.digest(key, f"{code} {issue}".encode(), "sha256")
    return f"{int.from_bytes(mark, 'big') % 10**DIGITS:0{DIGITS}d}"


def spoken(secret: str) -> str:
    """Return a secret as it is printed and read out: ``12345 67890 12345``."""
    return " ".join(secret[at : at + GROUP] for at in range(0, len(secret), GROUP))


def is_same(given: str, secret: str) -> bool:
    """Say whether what was typed is the secret, however grouped; in constant time."""
    return hmac.compare_digest(_BETWEEN.sub("", given).encode(), secret.encode())


def clean_code(text: str) -> str:
    """Return a code as it is kept, whatever spaces, dashes and case it was typed with.

    Empty for what can be no code.
    """
    typed = "".join(text.split()).replace("–", "-").upper()
    return typed if _CODE.fullmatch(typed) else ""


def prefix_of(code: str) -> str:
    """Return what a code shares with its neighbours, agency and day; empty for no code."""
    try:
        parsed = parse_code(code)
    except CodeMalformedError:
        return ""
    return f"{parsed.agency}-{parsed.day:%y%m%d}"
