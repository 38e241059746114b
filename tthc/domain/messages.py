"""What an alert says, and when to try again. Nothing here names a citizen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tthc.domain.explain import clock
from tthc.domain.moment import local
from tthc.domain.overdue import DUE_MOVED

MOST_TRIES = 8
BACK_OFF = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360, 720))
"""Waits between the tries: about 22 hours in all, so a night without mail is survived."""

MOST_LINES = 200
"""Dossiers that one mail lists; the rest is told as a number."""


@dataclass(frozen=True, slots=True)
class Line:
    """One dossier in a message. ``days_late`` are working days; below 0 it is not due yet.

    ``is_past`` says that the hour of return is over, be it on the due day itself.
    """

    dossier_code: str
    procedure_name: str
    unit_name: str
    rung: str
    due_at: datetime
    days_late: int
    is_past: bool


@dataclass(frozen=True, slots=True)
class Text:
    """A mail's words, in Vietnamese."""

    subject: str
    body: str


def retry_after(tries: int) -> timedelta | None:
    """Return how long to wait after that many failed ``tries`` (1 or more); None is give up."""
    return None if tries >= MOST_TRIES else BACK_OFF[tries - 1]


def message_key(parts: Iterable[tuple[int, datetime]]) -> str:
    """Return the stable part of a Message-ID, from delivery ids and when each was raised.

    The same deliveries give the same key in any order; the instants keep two installations
    apart.
    """
    told = "\n".join(f"{number} {raised_at.isoformat()}" for number, raised_at in sorted(parts))
    return f"tthc-{hashlib.sha256(told.encode()).hexdigest()[:32]}"


def once_each(lines: Iterable[Line]) -> list[Line]:
    """Return one line per dossier, the latest first; of several rungs the last one told."""
    by_code = {line.dossier_code: line for line in lines}
    return sorted(by_code.values(), key=lambda line: (line.due_at, line.dossier_code))


def write_mail(lines: Sequence[Line]) -> Text:
    """Return the mail that tells of ``lines`` (at least one).

    The subject names no dossier, only how many, and the unit when it is one.
    """
    units = sorted({line.unit_name for line in lines})
    place = units[0] if len(units) == 1 else f"{len(units)} đơn vị"
    late = sum(line.is_past for line in lines)
    body = [
        f"Kính gửi ông/bà,\n\nCó {len(lines)} hồ sơ cần xử lý tại {place}, "
        f"trong đó {late} hồ sơ đã quá giờ hẹn trả kết quả.\n"
    ]
    body += [_paragraph(line) for line in lines[:MOST_LINES]]
    if len(lines) > MOST_LINES:
        body.append(f"… và {len(lines) - MOST_LINES} hồ sơ khác, xem trên hệ thống.\n")
    body.append("Thư này được gửi tự động, xin không trả lời.\n")
    return Text(f"Nhắc hạn {len(lines)} hồ sơ · {place}", "\n".join(body))


def as_data(line: Line) -> dict[str, Any]:
    """Return a line as a program gets it."""
    return {
        "dossier_code": line.dossier_code,
        "procedure_name": line.procedure_name,
        "unit_name": line.unit_name,
        "rung": line.rung,
        "due_at": local(line.due_at).isoformat(),
        "working_days_late": line.days_late,
    }


def _paragraph(line: Line) -> str:
    return (
        f"• {line.dossier_code} – {line.procedure_name}\n"
        f"  {line.unit_name}. Hạn trả {clock(line.due_at)}: {_lateness(line)}.\n"
    )


def _lateness(line: Line) -> str:
    if line.rung == DUE_MOVED:
        return "ngày hẹn mới do lịch làm việc thay đổi; giấy hẹn đã in không còn đúng"
    if line.days_late > 0:
        return f"quá hạn {line.days_late} ngày làm việc"
    if line.days_late < 0:
        return f"còn {-line.days_late} ngày làm việc"
    return "đã quá giờ hẹn trả" if line.is_past else "đến hạn hôm nay"
