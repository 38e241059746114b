"""A small layout to change, and the shipped ones."""

from __future__ import annotations

from tests import make

SHIPPED = sorted((make.ROOT / "config" / "templates" / "reports").glob("*.toml"))

SMALL = """
id = "small/1"
title = "Nhỏ"
legal_basis = "Không có"
rows = "field"
total = "Cộng"
head = [["Về", "$unit $period $legal_basis $at $event_head $calendar_revision $definitions"]]
checks = ["B = C + D", "B = E + F + G"]
notes = ["Rút, dừng: ${closed}; $fingerprint"]
[[columns]]
mark = "A"
title = "Lĩnh vực"
fact = "name"
width = 30
[[columns]]
mark = "B"
title = "Tổng"
above = ["Nhận"]
counts = ["received", "carried_over"]
[[columns]]
mark = "C"
title = "Trong kỳ"
above = ["Nhận"]
counts = ["received"]
[[columns]]
mark = "D"
title = "Kỳ trước"
above = ["Nhận"]
counts = ["carried_over"]
[[columns]]
mark = "E"
title = "Xong"
counts = ["finished"]
[[columns]]
mark = "F"
title = "Rút"
counts = ["closed"]
[[columns]]
mark = "G"
title = "Còn"
counts = ["pending"]
[[columns]]
mark = "H"
title = "Tỷ lệ"
ratio = ["E", "B"]
"""


def changed(old: str, new: str) -> str:
    assert old in SMALL
    return SMALL.replace(old, new, 1)
