"""What an alert says, and when to try again. Nothing here names a citizen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from tthc.domain.explain import clock
from tthc.domain.ladder import AlertKind
from tthc.domain.moment import local
from tthc.domain.overdue import DUE_MOVED

MOST_TRIES = 8
BACK_OFF = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360, 720))
"""Waits between the tries: about 22 hours in all, so a night without mail is survived."""

MOST_POISONED_TRIES = 3
"""Tries of what makes the program fail; it gets no better with time, and others wait for it."""

MOST_DOSSIERS = 200
"""Dossiers that one mail lists; the rest is told as a number."""


MOST_CHARACTERS = 1_800
"""Length of a message to a chat: Zalo takes 2,000 characters, Telegram 4,096 after escaping."""

LONGEST_LINE = 300
_ROOM_FOR_THE_REST = 60


@dataclass(frozen=True, slots=True)
class Line:
    """What one message says of one dossier and one kind of alert.

    ``days`` are working days from the due day (below 0 before it), or since ``since_at``, when the
    waiting began; one of the two instants is there. ``is_past`` says that the hour of return is
    over, be it on the due day itself.
    """

    dossier_code: str
    procedure_name: str
    unit_name: str
    kind: AlertKind
    rung: str
    due_at: datetime | None
    since_at: datetime | None
    days: int
    is_past: bool


@dataclass(frozen=True, slots=True)
class Text:
    """A mail's words, in Vietnamese."""

    subject: str
    body: str


def retry_after(tries: int) -> timedelta | None:
    """Return how long to wait after that many failed ``tries`` (1 or more); None is give up."""
    return None if tries >= MOST_TRIES else BACK_OFF[tries - 1]


def message_key(parts: Iterable[tuple[int, datetime]], *, sort: str = "tthc") -> str:
    """Return the stable part of a Message-ID, from delivery ids and when each was raised.

    The same deliveries give the same key in any order; the instants keep two installations
    apart, and ``sort`` what has its ids from another table.
    """
    told = "\n".join(f"{number} {raised_at.isoformat()}" for number, raised_at in sorted(parts))
    return f"{sort}-{hashlib.sha256(told.encode()).hexdigest()[:32]}"


def once_each(lines: Iterable[Line]) -> list[Line]:
    """Return one line per dossier and kind, dossiers together, the longest overdue first.

    Of several rungs the last one told.
    """
    latest = {(line.dossier_code, line.kind): line for line in lines}
    first: dict[str, datetime] = {}
    for line in latest.values():
        at = line.due_at or line.since_at or _LAST
        first[line.dossier_code] = min(at, first.get(line.dossier_code, _LAST))
    return sorted(
        latest.values(),
        key=lambda line: (first[line.dossier_code], line.dossier_code, line.kind != AlertKind.DUE),
    )


_LAST = datetime.max.replace(tzinfo=UTC)


def write_mail(lines: Sequence[Line]) -> Text:
    """Return the mail that tells of ``lines`` (at least one), as ``once_each`` gives them.

    The subject names no dossier, only how many, and the unit when it is one.
    """
    units = sorted({line.unit_name for line in lines})
    place = units[0] if len(units) == 1 else f"{len(units)} đơn vị"
    dossiers = [list(group) for _, group in groupby(lines, key=lambda line: line.dossier_code)]
    late = sum(any(line.is_past for line in told) for told in dossiers)
    body = [
        f"Kính gửi ông/bà,\n\nCó {len(dossiers)} hồ sơ cần xử lý tại {place}, "
        f"trong đó {late} hồ sơ đã quá giờ hẹn trả kết quả.\n"
    ]
    body += [_paragraph(told) for told in dossiers[:MOST_DOSSIERS]]
    if len(dossiers) > MOST_DOSSIERS:
        body.append(f"… và {len(dossiers) - MOST_DOSSIERS} hồ sơ khác, xem trên hệ thống.\n")
    body.append("Thư này được gửi tự động, xin không trả lời.\n")
    return Text(f"Nhắc hạn {len(dossiers)} hồ sơ · {place}", "\n".join(body))


def write_short(lines: Sequence[Line], message_id: str) -> str:
    """Return what a chat gets of ``lines`` (at least one), in ``MOST_CHARACTERS`` at most.

    One line for each dossier, as many as fit, and the rest as a number. The last line names the
    message, so that a reader knows one that comes twice. There is no link in it.
    """
    dossiers = [list(group) for _, group in groupby(lines, key=lambda line: line.dossier_code)]
    head = write_mail(lines).subject
    last = f"Mã tin: {message_id}"
    told: list[str] = []
    room = MOST_CHARACTERS - len(head) - len(last) - _ROOM_FOR_THE_REST
    for each in dossiers:
        line = _clip(f"• {each[0].dossier_code}: {'; '.join(map(_said, each))}", LONGEST_LINE)
        room -= len(line) + 1
        if room < 0:
            told.append(f"… và {len(dossiers) - len(told)} hồ sơ khác, xem trên hệ thống.")
            break
        told.append(line)
    return "\n".join([_clip(head, LONGEST_LINE), *told, last])


def _clip(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def as_data(line: Line) -> dict[str, Any]:
    """Return a line as a program gets it."""
    return {
        "dossier_code": line.dossier_code,
        "procedure_name": line.procedure_name,
        "unit_name": line.unit_name,
        "kind": line.kind.value,
        "rung": line.rung,
        "due_at": line.due_at and local(line.due_at).isoformat(),
        "since_at": line.since_at and local(line.since_at).isoformat(),
        "working_days": line.days,
    }


def _paragraph(told: Sequence[Line]) -> str:
    first = told[0]
    due = f". Hạn trả {clock(first.due_at)}" if first.due_at else ""
    said = "; ".join(map(_said, told))
    return f"• {first.dossier_code} – {first.procedure_name}\n  {first.unit_name}{due}: {said}.\n"


def _said(line: Line) -> str:
    if line.kind in _WAITS and line.since_at is not None:
        return f"{_WAITS[line.kind]} từ {clock(line.since_at)} ({line.days} ngày làm việc)"
    if line.kind is AlertKind.UNAPOLOGISED:
        return "đã quá hạn mà chưa có văn bản xin lỗi"
    return _lateness(line)


_WAITS = {
    AlertKind.UNACCEPTED: "nộp trực tuyến, chưa được tiếp nhận",
    AlertKind.SUPPLEMENT: "chưa nhận được giấy tờ bổ sung, đã yêu cầu",
    AlertKind.UNCOLLECTED: "đã có kết quả, chưa trả",
    AlertKind.UNDATED: "đang giải quyết mà chưa có ngày hẹn trả, tiếp nhận",
}


def _lateness(line: Line) -> str:
    if line.rung == DUE_MOVED:
        return "ngày hẹn mới do lịch làm việc thay đổi; giấy hẹn đã in không còn đúng"
    if line.days > 0:
        return f"quá hạn {line.days} ngày làm việc"
    if line.days < 0:
        return f"còn {-line.days} ngày làm việc"
    return "đã quá giờ hẹn trả" if line.is_past else "đến hạn hôm nay"
