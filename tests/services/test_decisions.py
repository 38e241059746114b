"""Decisions as files: CSV and iCalendar, and why a file is refused."""

from __future__ import annotations

from datetime import date

import pytest

from tthc.domain.decision import Change, DecisionRefusedError
from tthc.services.decisions import LONGEST_FILE, DecisionFile, read_decision

SWAP = """\
day,kind,name,source
2026-01-02,NGHI,"Nghỉ hoán đổi, làm bù 10/01/2026",24h
2026-01-10,LAM_BU,Làm bù ngày 02/01/2026,24h
"""

ICS = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:test
BEGIN:VEVENT
UID:1
DTSTART;VALUE=DATE:20270204
DTEND;VALUE=DATE:20270207
SUMMARY:Tết Nguyên đán
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTART;VALUE=DATE:20270213
SUMMARY:Đi làm bù
END:VEVENT
BEGIN:VEVENT
UID:3
DTSTART;VALUE=DATE:20270220
CATEGORIES:LAM_BU
SUMMARY:Hoán đổi
END:VEVENT
BEGIN:VEVENT
UID:4
DTSTART;VALUE=DATE:20270416
STATUS:CANCELLED
SUMMARY:Giỗ Tổ
END:VEVENT
END:VCALENDAR
"""


def read(text, *, is_icalendar=False):
    content = text if isinstance(text, bytes) else text.encode()
    return read_decision(DecisionFile(content, is_icalendar, None, "CV", "test"))


def event(lines: str) -> str:
    return f"BEGIN:VCALENDAR\nBEGIN:VEVENT\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n"


@pytest.mark.parametrize("text", [SWAP, SWAP.replace("\n", "\r\n"), "\ufeff" + SWAP])
def test_a_csv_file_gives_its_days(text):
    days = read(text).days
    assert [(d.day, d.change) for d in days] == [
        (date(2026, 1, 2), Change.OFF),
        (date(2026, 1, 10), Change.MAKE_UP),
    ]
    assert days[0].name == "Nghỉ hoán đổi, làm bù 10/01/2026"


def test_semicolons_separate_as_well():
    assert len(read("day;kind;name\n2026-12-25;NGHI;Nghỉ, bù\n").days) == 1


def test_an_icalendar_gives_each_day_of_its_events():
    found = [(d.day.isoformat(), d.change.value) for d in read(ICS, is_icalendar=True).days]
    assert found == [
        ("2027-02-04", "NGHI"),
        ("2027-02-05", "NGHI"),
        ("2027-02-06", "NGHI"),
        ("2027-02-13", "LAM_BU"),
        ("2027-02-20", "LAM_BU"),
        ("2027-04-16", "BO"),
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "line 1"),
        ("day,kind\n", "line 1"),
        ("day,kind,name\n2026-02-30,NGHI,x\n", "line 2"),
        ("day,kind,name\n2026-12-25,nghỉ,x\n", "line 2"),
        ("day,kind,name\n2026-12-25,NGHI,\n", "line 2"),
        ("day,kind,name\n2026-12-25\n", "line 2"),
        ("day,kind,name\n2026-12-25,NGHI,a\x00b\n", "line 2"),
        ("day,kind,name\n2026-12-25,NGHI," + "x" * 201, "line 2"),
        (b"day,kind,name\n2026-12-25,NGHI,\xff\n", "file"),
    ],
)
def test_a_csv_file_that_cannot_be_read_says_where(text, place):
    with pytest.raises(DecisionRefusedError) as refused:
        read(text)
    assert refused.value.details == {"rule": "malformed", "place": place}


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        event("SUMMARY:x"),
        event("DTSTART:20270204T080000Z\nSUMMARY:x"),
        event("DTSTART;VALUE=DATE:20270204\nRRULE:FREQ=YEARLY\nSUMMARY:x"),
        event("DTSTART;VALUE=DATE:20270204\nDTEND;VALUE=DATE:20270204\nSUMMARY:x"),
        event("DTSTART;VALUE=DATE:20270204\nDTEND;VALUE=DATE:20270504\nSUMMARY:x"),
        event("DTSTART;VALUE=DATE:20270204"),
        event("DTSTART;VALUE=DATE:20271399\nSUMMARY:x"),
    ],
)
def test_an_icalendar_that_says_no_whole_days_is_refused(text):
    with pytest.raises(DecisionRefusedError) as refused:
        read(text, is_icalendar=True)
    assert refused.value.details["rule"] == "malformed"


def test_a_file_too_large_is_refused_unread():
    with pytest.raises(DecisionRefusedError) as refused:
        read(b"x" * (LONGEST_FILE + 1))
    assert refused.value.details["rule"] == "too_large"
