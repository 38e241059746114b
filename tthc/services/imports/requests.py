"""Imports as use cases: ask for one, work on it under a lease, read its report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from tthc.domain.accounts import Actor
from tthc.domain.errors import ConflictError, TthcError
from tthc.domain.imports import ImportStatus
from tthc.domain.refusals import Refusal
from tthc.storage.queries import imports as queries
from tthc.storage.tables.imports import Import, ImportFile

LEASE = timedelta(minutes=2)
"""A page takes about a second; a worker silent for so long is gone."""

MOST_REFUSALS = 10_000
LONGEST_FILE = 10 * 1024 * 1024


class LeaseLostError(ConflictError):
    """Another worker took the import over."""

    code = "import_lease_lost"


@dataclass(frozen=True, slots=True)
class NewImport:
    """What is to be taken over. ``scope_units`` None means every unit."""

    mapping: str
    mapping_text: str
    file_name: str
    requested_by: str
    is_dry_run: bool
    scope_units: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on one import until a moment."""

    import_id: int
    until: datetime


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How far an import is. When done, dossiers = imported + unchanged + refused.

    ``refused_by`` counts refused rows by code, ``warnings`` what accepted ones lack;
    ``refusals`` are the first refused rows, as many as were asked for.
    """

    id: int
    mapping: str
    file_name: str
    digest: str | None
    is_dry_run: bool
    status: ImportStatus
    rows: int
    dossiers: int
    imported: int
    unchanged: int
    refused: int
    refused_by: Mapping[str, int]
    warnings: Mapping[str, int]
    requested_by: str
    requested_at: datetime
    finished_at: datetime | None
    error: Mapping[str, str] | None
    refusals: Sequence[Refusal] = ()


_OWN = tuple(f.name for f in fields(ImportReport) if f.name != "refusals")


def request_import(
    session: Session, new: NewImport, content: bytes | None, *, now: datetime
) -> ImportReport:
    """Write down that a file is to be taken over; with its ``content`` a worker does it."""
    row = Import(
        mapping=new.mapping,
        mapping_text=new.mapping_text,
        file_name=new.file_name,
        is_dry_run=new.is_dry_run,
        status=ImportStatus.WAITING,
        requested_by=new.requested_by,
        scope_units=None if new.scope_units is None else sorted(new.scope_units),
        requested_at=now,
    )
    session.add(row)
    session.flush()
    if content is not None:
        session.add(ImportFile(import_id=row.id, content=content))
        session.flush()
    return _report(session, row, 0)


def begin_import(session: Session, import_id: int, *, now: datetime) -> Lease:
    """Take an import under lease."""
    return _begin(queries.lock_import(session, import_id), now=now)


def _begin(row: Import, *, now: datetime) -> Lease:
    row.status, row.leased_until = ImportStatus.RUNNING, now + LEASE
    return Lease(row.id, now + LEASE)


def claim_import(session: Session, *, now: datetime) -> Lease | None:
    """Take the oldest import that waits, or whose worker is gone, under lease."""
    row = queries.claim_import(session, now=now)
    return None if row is None else _begin(row, now=now)


def renew_lease(session: Session, lease: Lease, *, now: datetime) -> Lease:
    """Lengthen a lease, or raise LeaseLostError."""
    return _begin(hold_import(session, lease), now=now)


def hold_import(session: Session, lease: Lease) -> Import:
    """Return the import under ``lease``, locked until the transaction ends.

    Raises:
        LeaseLostError: the lease is not in force any more.
    """
    row = queries.lock_import(session, lease.import_id)
    if row.status is not ImportStatus.RUNNING or row.leased_until != lease.until:
        raise LeaseLostError(
            "Lần nhập này đã được tiến trình khác tiếp tục.",
            "another worker went on with this import",
        )
    return row


def release_import(session: Session, lease: Lease) -> None:
    """Give an unfinished import back, to be gone on with at any time."""
    hold_import(session, lease).leased_until = None


def end_import(session: Session, lease: Lease, *, now: datetime) -> None:
    """Close an import whose rows were all dealt with."""
    row = hold_import(session, lease)
    row.status, row.finished_at, row.leased_until = ImportStatus.DONE, now, None
    queries.drop_work(session, row.id)


def fail_import(session: Session, lease: Lease, error: TthcError, *, now: datetime) -> None:
    """Close an import whose file was refused."""
    _fail(session, hold_import(session, lease), error, now=now)


def close_abandoned(session: Session, *, now: datetime) -> int:
    """Close imports from a command line that was killed; the file is to be imported again."""
    rows = queries.list_abandoned(session, now=now)
    for row in rows:
        error = LeaseLostError(
            "Lệnh nhập bị ngắt; hãy nhập lại tệp, các dòng đã nhập sẽ không bị trùng.",
            "the command was interrupted; import the file again, nothing is doubled",
        )
        _fail(session, row, error, now=now)
    return len(rows)


def _fail(session: Session, row: Import, error: TthcError, *, now: datetime) -> None:
    row.status, row.finished_at, row.leased_until = ImportStatus.FAILED, now, None
    row.error = {"code": error.code, "message": error.vi, "message_en": error.en} | error.details
    queries.drop_work(session, row.id)


def count_refusals(session: Session, row: Import, refusals: Sequence[Refusal]) -> None:
    """Count refused rows by code; the first 10,000 are kept with their reasons."""
    room = max(0, MOST_REFUSALS - row.refused)
    queries.keep_refusals(session, row.id, refusals[:room])
    row.refused += len(refusals)
    by_code = Counter(row.refused_by) + Counter(refused.code for refused in refusals)
    row.refused_by = dict(sorted(by_code.items()))


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker needs to go on with an import."""

    mapping_text: str
    is_staged: bool
    dossiers: int


def read_work(session: Session, import_id: int) -> Work:
    """Return what is needed to go on with an import."""
    row = queries.get_import(session, import_id, requested_by=None)
    return Work(row.mapping_text, row.is_staged, row.dossiers)


def read_content(session: Session, import_id: int) -> bytes:
    """Return the content of a file that was handed in."""
    return queries.read_content(session, import_id)


def read_report(session: Session, import_id: int, *, refusals: int) -> ImportReport:
    """Return how far an import is, with up to so many refused rows by line."""
    return _report(session, queries.get_import(session, import_id, requested_by=None), refusals)


def find_import(session: Session, import_id: int, actor: Actor, *, refusals: int) -> ImportReport:
    """Return an import as its reader may see it: all, or one's own without a wider scope.

    Raises:
        NotFoundError: no such import, or somebody else's: the answers are the same.
    """
    row = queries.get_import(session, import_id, requested_by=_reader(actor))
    return _report(session, row, refusals)


def list_imports(
    session: Session, actor: Actor, *, before_id: int | None, limit: int
) -> list[ImportReport]:
    """Return a page of the imports the actor may see, newest first, without refused rows."""
    rows = queries.list_imports(
        session, requested_by=_reader(actor), before_id=before_id, limit=limit
    )
    return [_report(session, row, 0) for row in rows]


def _report(session: Session, row: Import, refusals: int) -> ImportReport:
    told = queries.list_refusals(session, row.id, limit=refusals) if refusals else ()
    return ImportReport(**{name: getattr(row, name) for name in _OWN}, refusals=tuple(told))


def _reader(actor: Actor) -> str | None:
    return None if actor.scope.everything else actor.username
