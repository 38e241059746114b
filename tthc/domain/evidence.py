"""A dossier as evidence: its instants as they were known at a moment, and what follows from them.

The database tells standings from indexed columns, for speed. Here the same facts follow from
the instants alone, so that whoever holds a list can judge each of its rows again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from enum import Enum
from hashlib import sha256
from operator import attrgetter
from typing import Any

from tthc.domain.dossier import Channel, SubmittedBy
from tthc.domain.metrics import Period
from tthc.domain.moment import civil_day, local
from tthc.domain.standing import Fact

Days = tuple[date, date | None]
"""``[from, to)`` in civil days; without an end while it lasts."""

FullOnline = Mapping[str, Sequence[Days]]
"""On which days each procedure was offered full-online."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was known of one dossier at a moment. It names no person.

    Attributes:
        due_at, overdue_at: the due date in force then, and the first late instant.
        original_due_at, original_overdue_at: those of the first due date promised.
        stopped_at: since when the clock stood then, or stood at the end.
        supplements: how often papers had been asked for after receipt.
    """

    code: str
    procedure_code: str | None
    channel: Channel | None
    submitted_by: SubmittedBy | None
    receiving_unit: str | None
    resolving_unit: str | None
    received_at: datetime
    due_at: datetime | None
    overdue_at: datetime | None
    original_due_at: datetime | None
    original_overdue_at: datetime | None
    stopped_at: datetime | None
    supplements: int
    finished_at: datetime | None
    ended_at: datetime | None


COLUMNS = tuple(field.name for field in fields(Evidence))
_VALUES = attrgetter(*COLUMNS)
_ARRIVALS = {
    Channel.DIRECT: Fact.DIRECT,
    Channel.ONLINE: Fact.ONLINE,
    Channel.POSTAL: Fact.POSTAL,
}
_CITIZENS = frozenset({SubmittedBy.CITIZEN, SubmittedBy.AUTHORISED})
FORMULA = ("=", "+", "-", "@", "'")
"""How a cell begins that a spreadsheet would run, and the mark that tells it not to."""


def stand(seen: Evidence, period: Period, offered: FullOnline) -> Fact:
    """Return how a dossier stands in ``period``; ``seen`` is what was known at its ``at``.

    The dossier was received before ``at`` and had not ended before the period began.
    """
    facts = _ARRIVALS[seen.channel] if seen.channel else Fact(0)
    if seen.submitted_by in _CITIZENS:
        facts |= Fact.BY_CITIZEN
    if seen.received_at >= period.since:
        facts |= Fact.RECEIVED
        if _is_offered(offered, seen.procedure_code, civil_day(seen.received_at)):
            facts |= Fact.ELIGIBLE
    if seen.supplements > 1:
        facts |= Fact.UNSOUND
    if seen.ended_at is None:
        return facts | _held(seen, period.at) | (Fact.STOPPED if seen.stopped_at else Fact(0))
    group = Fact.FINISHED if seen.finished_at else Fact.CLOSED
    return facts | group | _held(seen, seen.ended_at) | _held_at_end(seen, seen.ended_at)


def _is_offered(offered: FullOnline, procedure_code: str | None, day: date) -> bool:
    times = offered.get(procedure_code or "", ())
    return any(begins <= day and (ends is None or day < ends) for begins, ends in times)


def _held(seen: Evidence, at: datetime) -> Fact:
    """Hold the due date against the moment the clock stopped, or ``at``."""
    if seen.due_at is None or seen.overdue_at is None:
        return Fact(0)
    judged, facts = seen.stopped_at or at, Fact.WITH_DUE
    if judged >= seen.overdue_at:
        facts |= Fact.LATE_BY_DAY
    if judged > seen.due_at:
        facts |= Fact.LATE_BY_INSTANT
    return facts


def _held_at_end(seen: Evidence, ended_at: datetime) -> Fact:
    """Hold the end against the civil day that is due, and against the first promise."""
    judged, facts = seen.stopped_at or ended_at, Fact(0)
    if seen.due_at is not None and civil_day(ended_at) < civil_day(seen.due_at):
        facts |= Fact.EARLY
    if seen.original_overdue_at is not None and judged >= seen.original_overdue_at:
        facts |= Fact.LATE_TO_ORIGINAL_BY_DAY
    if seen.original_due_at is not None and judged > seen.original_due_at:
        facts |= Fact.LATE_TO_ORIGINAL_BY_INSTANT
    return facts


def canonical_list(rows: Iterable[Evidence]) -> bytes:
    """Return dossiers as the one CSV that there is of them: UTF-8, by code, lines end in LF.

    Instants are Vietnamese time in ISO 8601, an empty cell is a value not there. A cell that a
    spreadsheet would take for a formula gets an apostrophe before it.
    """
    return "".join([HEAD, *map(line_of, sorted(rows, key=attrgetter("code")))]).encode()


def line_of(row: Evidence) -> str:
    """Return the line of one dossier, as it stands in every list it is in."""
    return _spell(map(_cell, _VALUES(row)))


def read_list(content: bytes) -> list[Evidence]:
    """Return the dossiers of a canonical list.

    Raises:
        ValueError: it is none: any other spelling of the same dossiers is refused too.
    """
    reader = csv.DictReader(io.StringIO(content.decode()))
    try:
        rows = [Evidence(**{name: _READERS[name](row[name]) for name in COLUMNS}) for row in reader]
    except (LookupError, TypeError) as error:
        raise ValueError("a cell is missing or unknown") from error
    if canonical_list(rows) != content or len({row.code for row in rows}) != len(rows):
        raise ValueError("not a canonical list")
    return rows


def fingerprint(content: bytes) -> str:
    """Return the SHA-256 of ``content`` in hexadecimal digits."""
    return sha256(content).hexdigest()


class _Echo:
    """What a CSV writer writes to, to give its lines back."""

    def write(self, line: str) -> str:
        return line


_WRITER = csv.writer(_Echo(), lineterminator="\n")


def _spell(cells: Iterable[str]) -> str:
    return str(_WRITER.writerow(cells))


HEAD = _spell(COLUMNS)
"""The first line of every list."""


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return local(value).isoformat()
    told = str(value.value if isinstance(value, Enum) else value)
    return f"'{told}" if told.startswith(FORMULA) else told


def _text(cell: str) -> str | None:
    return (cell.removeprefix("'")) or None


def _instant(cell: str) -> datetime | None:
    return datetime.fromisoformat(cell).astimezone(UTC) if cell else None


def _received(cell: str) -> datetime:
    return datetime.fromisoformat(cell).astimezone(UTC)


_READERS: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(COLUMNS, _instant),
    **dict.fromkeys(("procedure_code", "receiving_unit", "resolving_unit"), _text),
    "code": lambda cell: _text(cell) or "",
    "channel": lambda cell: Channel(int(cell)) if cell else None,
    "submitted_by": lambda cell: SubmittedBy(cell) if cell else None,
    "received_at": _received,
    "supplements": int,
}
"""How each cell is read."""
