"""QR codes as one path and its box, which a template can place itself.

``tthc.printing.marks`` draws whole SVG documents for the typesetter; a page would have to trust
them as markup, and pages trust no text.
"""

from __future__ import annotations

from dataclasses import dataclass

import segno

QUIET_ZONE = 4
"""Modules left free on each side. Source: ISO/IEC 18004."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """A code as an SVG path of unit squares, and the box it is drawn in."""

    path: str
    box: str


def draw_qr(text: str) -> QrCode:
    """Return the QR code of a text; a sixth of it may be soiled."""
    rows = segno.make(text, error="m", micro=False).matrix
    squares = [
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    ]
    size = len(rows) + 2 * QUIET_ZONE
    return QrCode("".join(squares), f"-{QUIET_ZONE} -{QUIET_ZONE} {size} {size}")
