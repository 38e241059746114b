"""Codes that machines read, as SVG: drawn once and kept with the facts of a form."""

from __future__ import annotations

from itertools import groupby

import segno
from barcode import Code128  # type: ignore[import-untyped]

_HEIGHT = 50


def qr_code(text: str) -> str:
    """Return a QR code of ``text`` as SVG; a quarter of it may be soiled and it is still read."""
    made = segno.make_qr(text, error="q")
    return str(made.svg_inline(border=2, svgclass=None, lineclass=None, omitsize=True))


def bar_code(text: str) -> str:
    """Return a Code 128 bar code of ASCII ``text`` as SVG, ten modules of white on either side.

    Source: ISO/IEC 15417.
    """
    modules = Code128(text).build()[0]
    bars, at = [], 10
    for run in _runs(modules):
        if run[0] == "1":
            bars.append(f"M{at} 0h{len(run)}v{_HEIGHT}h-{len(run)}z")
        at += len(run)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {at + 10} {_HEIGHT}"'
        f' preserveAspectRatio="none"><path d="{"".join(bars)}"/></svg>'
    )


def _runs(modules: str) -> list[str]:
    """Return ``110100`` as ``11``, ``0``, ``1``, ``00``."""
    return ["".join(run) for _, run in groupby(modules)]
