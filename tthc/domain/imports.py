"""What one row of another system's file says of a dossier. Pure: the moment is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from tthc.domain.codes import CodeMalformedError, DossierCode, parse_code
from tthc.domain.dossier import Channel
from tthc.domain.lifecycle import CLOCK_STOPPED, NOT_COUNTED, Status
from tthc.domain.mapping import ISO, SourceMapping, label_form
from tthc.domain.moment import ONE_DAY, TICK, civil_day
from tthc.domain.refusals import RowRefusedError

YEARS = range(1900, 3000)
LONGEST_KEY = 80
LONGEST_OFFICER = 80


class ImportStatus(StrEnum):
    """How far an import is. ``failed`` means the file as a whole was refused."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


def check_key(key: str, mapping: SourceMapping) -> None:
    """Refuse a key that names nothing or cannot be kept."""
    if not key or len(key) > LONGEST_KEY or not key.isprintable():
        raise RowRefusedError("key_malformed", column=mapping.key)


@dataclass(frozen=True, slots=True)
class Intake:
    """What a row says of a dossier; labels are still the other system's words.

    ``closed_at`` is an end without a result. ``warnings`` are of WARNINGS.
    """

    key: str
    status: Status
    received_at: datetime
    due_at: datetime | None
    finished_at: datetime | None
    closed_at: datetime | None
    returned_at: datetime | None
    channel: Channel | None
    code: DossierCode | None
    unit_label: str
    procedure_label: str
    officer: str | None
    warnings: tuple[str, ...]


def read_intake(cells: Mapping[str, str], mapping: SourceMapping, *, now: datetime) -> Intake:
    """Return what the cells of a row say; ``cells`` are in stored form, by column.

    Raises:
        RowRefusedError: the row cannot be a dossier.
    """
    row = _Row(cells, mapping)
    received_at = row.moment("received_at")
    if received_at is None:
        raise RowRefusedError("time_missing", column=mapping.columns["received_at"])
    if received_at > now:
        raise RowRefusedError("received_in_future")
    status = row.status()
    end = _read_end(row, status, received_at, now=now)
    due_at = _read_due(row, received_at)
    channel = row.channel()
    code = row.code()
    return Intake(
        key=cells[mapping.key],
        status=status,
        received_at=received_at,
        due_at=None if status in NOT_COUNTED else due_at,
        finished_at=end.finished_at,
        closed_at=end.closed_at,
        returned_at=end.returned_at,
        channel=channel,
        code=code,
        unit_label=row.text("unit"),
        procedure_label=row.text("procedure"),
        officer=row.officer(),
        warnings=_warnings(status, channel, due_at, is_of_day=_is_of_day(code, received_at)),
    )


@dataclass(frozen=True, slots=True)
class _End:
    finished_at: datetime | None = None
    closed_at: datetime | None = None
    returned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Row:
    cells: Mapping[str, str]
    mapping: SourceMapping

    def text(self, meaning: str) -> str:
        column = self.mapping.columns.get(meaning)
        return self.cells[column] if column is not None else ""

    def moment(self, meaning: str) -> datetime | None:
        text = self.text(meaning)
        if not text:
            return None
        try:
            return read_moment(text, self.mapping)
        except (ValueError, OverflowError):
            raise self._refused("time_malformed", meaning) from None

    def status(self) -> Status:
        rule = self.mapping.status
        if not rule.names:
            if self.text("returned_at"):
                return Status.RETURNED
            return rule.with_end if self.text("finished_at") else rule.without_end
        found = rule.names.get(label_form(self.text("status")))
        if found is None:
            raise self._refused("unknown_status", "status")
        return found

    def channel(self) -> Channel | None:
        text = self.text("channel")
        found = self.mapping.channels.get(label_form(text)) if text else None
        if text and found is None:
            raise self._refused("unknown_channel", "channel")
        return found

    def code(self) -> DossierCode | None:
        if "code" not in self.mapping.columns:
            return None
        try:
            return parse_code(self.text("code"))
        except CodeMalformedError:
            raise self._refused("code_malformed", "code") from None

    def officer(self) -> str | None:
        text = self.text("officer_label")
        if len(text) > LONGEST_OFFICER or not text.isprintable():
            raise self._refused("officer_malformed", "officer_label")
        return text or None

    def _refused(self, code: str, meaning: str) -> RowRefusedError:
        return RowRefusedError(code, column=self.mapping.columns[meaning])


def read_moment(text: str, mapping: SourceMapping) -> datetime:
    """Return the instant (UTC) that a cell names; without offset it is in the mapping's zone.

    A day without a time of day is its beginning. Raises ValueError or OverflowError.
    """
    if mapping.time_format == ISO:
        found = datetime.fromisoformat(text)
    else:
        found = datetime.strptime(text, mapping.time_format)  # noqa: DTZ007 - the zone follows
    if found.year not in YEARS:
        raise ValueError(found.year)
    if found.tzinfo is None:
        found = found.replace(tzinfo=mapping.zone)
    return found.astimezone(UTC)


def _read_due(row: _Row, received_at: datetime) -> datetime | None:
    """Return when it is due; a day without a time of day ends at 24:00.

    Source: Bộ luật Dân sự 2015, Art. 148.
    """
    due_at = row.moment("due_at")
    if due_at is not None and not row.mapping.has_time_of_day(row.text("due_at")):
        due_at += ONE_DAY - TICK
    if due_at is not None and due_at < received_at:
        raise RowRefusedError("due_before_received")
    return due_at


def _read_end(row: _Row, status: Status, received_at: datetime, *, now: datetime) -> _End:
    rule = row.mapping.status
    returned_at = row.moment("returned_at")
    if returned_at is not None and status is not Status.RETURNED:
        raise RowRefusedError("return_contradicts_status")
    if status not in rule.finished_in | rule.closed_in:
        return _End()
    ended_at = row.moment("finished_at")
    if ended_at is None:
        raise RowRefusedError("status_without_finish")
    if ended_at < received_at:
        raise RowRefusedError("finished_before_received")
    if max(ended_at, returned_at or ended_at) > now:
        raise RowRefusedError("finished_in_future")
    if status in rule.closed_in:
        return _End(closed_at=ended_at)
    if returned_at is not None and returned_at < ended_at:
        raise RowRefusedError("returned_before_finished")
    return _End(finished_at=ended_at, returned_at=returned_at)


def _is_of_day(code: DossierCode | None, received_at: datetime) -> bool:
    return code is None or code.day == civil_day(received_at)


def _warnings(
    status: Status, channel: Channel | None, due_at: datetime | None, *, is_of_day: bool
) -> tuple[str, ...]:
    found = {
        "channel_missing": channel is None,
        "due_missing": due_at is None and status not in NOT_COUNTED,
        "due_not_kept": due_at is not None and status in NOT_COUNTED,
        "stop_start_unknown": status in CLOCK_STOPPED,
        "code_date_differs": not is_of_day,
    }
    return tuple(name for name, is_so in found.items() if is_so)
