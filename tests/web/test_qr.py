"""A drawn QR code is the code, square by square, with its quiet zone."""

import re

import segno

from tthc.web.qr import draw_qr

TEXT = "https://mot-cua.example.vn/tra-cuu#H44.240-260302-0001/656464801457137"


def test_the_path_draws_every_dark_square_and_no_other():
    rows = segno.make(TEXT, error="m", micro=False).matrix
    dark = {(x, y) for y, row in enumerate(rows) for x, module in enumerate(row) if module}
    drawn = draw_qr(TEXT)
    squares = re.findall(r"M(\d+) (\d+)h1v1h-1z", drawn.path)
    assert {(int(x), int(y)) for x, y in squares} == dark
    assert "".join(f"M{x} {y}h1v1h-1z" for x, y in squares) == drawn.path
    assert drawn.box == f"-4 -4 {len(rows) + 8} {len(rows) + 8}"
