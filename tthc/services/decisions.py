"""Reading a decision on days off from a file: CSV rows, or the events of an iCalendar."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar
from icalendar.error import BrokenCalendarProperty

from tthc.domain.decision import Change, DecidedDay, Decision, DecisionRefusedError
from tthc.domain.text import stored_form

LONGEST_FILE = 256 * 1024
LONGEST_NAME = 200
MOST_DAYS_OF_AN_EVENT = 31
NEEDED = ("day", "kind", "name")
MADE_UP_WORDS = ("làm bù", "đi làm")


@dataclass(frozen=True, slots=True)
class DecisionFile:
    """A decision as it was handed in. ``is_icalendar`` False is CSV with a header line."""

    content: bytes
    is_icalendar: bool
    unit_code: str | None
    legal_basis: str
    source: str


def read_decision(file: DecisionFile) -> Decision:
    """Return the decision in ``file``.

    CSV has the columns ``day`` (YYYY-MM-DD), ``kind`` (NGHI, LAM_BU, or BO to take a row back)
    and ``name``; others are ignored. An event of an iCalendar is a day off, or one worked if its
    category is LAM_BU or its summary says "làm bù"; what is CANCELLED is taken back.

    Raises:
        DecisionRefusedError: rule ``too_large`` or ``malformed``, with the line or event.
    """
    if len(file.content) > LONGEST_FILE:
        raise _refused(
            "too_large", "Tệp lớn hơn 256 KiB.", "the file is larger than 256 KiB", place="file"
        )
    days = _events(file.content) if file.is_icalendar else _rows(file.content)
    return Decision(file.unit_code, file.legal_basis, file.source, tuple(days))


def _rows(content: bytes) -> Iterator[DecidedDay]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _malformed("file", "không phải UTF-8", "is not UTF-8") from None
    head = text.split("\n", 1)[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    rows = csv.DictReader(io.StringIO(text), delimiter=delimiter, strict=True)
    if not set(NEEDED) <= set(rows.fieldnames or ()):
        raise _malformed("line 1", "thiếu cột day, kind, name", "lacks the columns day, kind, name")
    try:
        yield from (_row(row, f"line {rows.line_num}") for row in rows)
    except csv.Error:
        raise _malformed(f"line {rows.line_num}", "không đọc được", "cannot be read") from None


def _row(row: Mapping[str, str | None], place: str) -> DecidedDay:
    try:
        day = date.fromisoformat((row["day"] or "").strip())
    except ValueError:
        raise _malformed(place, "day không phải YYYY-MM-DD", "day is not YYYY-MM-DD") from None
    try:
        change = Change((row["kind"] or "").strip())
    except ValueError:
        raise _malformed(
            place, "kind phải là NGHI, LAM_BU hoặc BO", "kind must be NGHI, LAM_BU or BO"
        ) from None
    return DecidedDay(day, change, _name(row["name"] or "", place))


def _name(text: str, place: str) -> str:
    name = stored_form(text)
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise _malformed(
            place,
            f"tên phải có từ 1 đến {LONGEST_NAME} ký tự in được",
            f"the name must have 1 to {LONGEST_NAME} printable characters",
        )
    return name


def _events(content: bytes) -> Iterator[DecidedDay]:
    try:
        events = Calendar.from_ical(content).walk("VEVENT")
    except (ValueError, IndexError, KeyError):
        raise _malformed("file", "không phải tệp iCalendar", "is no iCalendar file") from None
    for number, event in enumerate(events, 1):
        place = f"event {number}"
        if "RRULE" in event or "DTSTART" not in event:
            raise _malformed(
                place, "sự kiện lặp lại hoặc thiếu ngày", "repeats, or has no first day"
            )
        first, last = _span(event, place)
        name = _name(str(event.get("SUMMARY", "")), place)
        change = _change(event, name)
        for n in range((last - first).days):
            yield DecidedDay(first + timedelta(days=n), change, name)


def _span(event: Mapping[str, object], place: str) -> tuple[date, date]:
    """Return the first day of an event and the day after its last."""
    first = _day_of(event["DTSTART"], place)
    ends = _day_of(event["DTEND"], place) if "DTEND" in event else first + timedelta(days=1)
    if not 0 < (ends - first).days <= MOST_DAYS_OF_AN_EVENT:
        raise _malformed(
            place,
            f"phải dài từ 1 đến {MOST_DAYS_OF_AN_EVENT} ngày",
            f"must last from 1 to {MOST_DAYS_OF_AN_EVENT} days",
        )
    return first, ends


def _day_of(stated: object, place: str) -> date:
    try:
        value = getattr(stated, "dt", None)
    except BrokenCalendarProperty:
        value = None
    if not isinstance(value, date) or isinstance(value, datetime):
        raise _malformed(place, "phải là sự kiện cả ngày", "must last whole days")
    return value


def _change(event: Mapping[str, object], name: str) -> Change:
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return Change.WITHDRAWN
    categories = event.get("CATEGORIES")
    told = {str(c) for c in getattr(categories, "cats", ())}
    if Change.MAKE_UP.value in told or any(word in name.lower() for word in MADE_UP_WORDS):
        return Change.MAKE_UP
    return Change.OFF


def _malformed(place: str, vi: str, en: str) -> DecisionRefusedError:
    return _refused("malformed", f"Tệp quyết định, {place}: {vi}.", f"{place} {en}", place=place)


def _refused(rule: str, vi: str, en: str, *, place: str) -> DecisionRefusedError:
    return DecisionRefusedError(vi, en, rule=rule, place=place)
