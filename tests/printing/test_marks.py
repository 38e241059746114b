"""Codes for machines: the QR code is segno's of the text, the bar code a Code 128 of it."""

from __future__ import annotations

import re

import pytest
import segno

from tthc.printing.marks import bar_code, qr_code

CODE = "H44.240-261123-0001"
STOP = "1100011101011"
START = {"11010010000": "B", "11010011100": "C"}


def dark_modules(svg, size, border):
    """Return the matrix that the strokes of a QR code's SVG make."""
    rows = [[0] * size for _ in range(size)]
    x = y = 0.0
    path = re.search(r' d="([^"]*)"', svg)[1]
    for letter, numbers in re.findall(r"([Mmh])([-\d. ]*)", path):
        values = [float(n) for n in re.findall(r"-?[\d.]+", numbers)]
        if letter == "M":
            x, y = values
        elif letter == "m":
            x, y = x + values[0], y + values[1]
        else:
            for n in range(int(values[0])):
                rows[int(y) - border][int(x) - border + n] = 1
            x += values[0]
    return rows


@pytest.mark.parametrize("text", [CODE, "000.00.15.H26-261124-0123"])
def test_the_qr_code_is_that_of_the_text(text):
    expected = [list(row) for row in segno.make_qr(text, error="q").matrix]
    assert dark_modules(qr_code(text), len(expected), 2) == expected


def bars(svg):
    """Return the modules of a bar code from its SVG, without the white on either side."""
    width = int(re.search(r'viewBox="0 0 (\d+) ', svg)[1])
    modules = ["0"] * width
    for at, run in re.findall(r"M(\d+) 0h(\d+)v", svg):
        modules[int(at) : int(at) + int(run)] = "1" * int(run)
    text = "".join(modules)
    assert text[:10] == text[-10:] == "0" * 10
    return text[10:-10]


def test_the_bar_code_begins_and_ends_as_code_128_does_and_has_whole_symbols():
    modules = bars(bar_code(CODE))
    assert modules[:11] in START
    assert modules.endswith(STOP)
    assert (len(modules) - len(STOP)) % 11 == 0


def test_two_codes_have_two_bar_codes():
    assert bar_code(CODE) != bar_code("H44.240-261123-0002")
    assert bar_code(CODE) == bar_code(CODE)


@pytest.mark.parametrize("draw", [qr_code, bar_code])
def test_marks_are_small(draw):
    assert len(draw(CODE)) < 4_000
