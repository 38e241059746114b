"""Taking over a file page by page; killed at any moment, it goes on where it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from tthc.domain.errors import NotFoundError, TthcError
from tthc.domain.mapping import SourceMapping
from tthc.domain.mapping_reading import MappingInvalidError, read_mapping
from tthc.services.imports.pages import take_page
from tthc.services.imports.reading import CsvFile, FileRefusedError, ImportSource, bytes_source
from tthc.services.imports.requests import (
    MOST_REFUSALS,
    ImportReport,
    Lease,
    LeaseLostError,
    NewImport,
    begin_import,
    claim_import,
    close_abandoned,
    end_import,
    fail_import,
    read_content,
    read_report,
    read_work,
    release_import,
    renew_lease,
    request_import,
)
from tthc.services.imports.staging import (
    STAGE_PAGE,
    Layout,
    begin_staging,
    end_staging,
    stage_page,
)

MAPPING_FOLDER = Path("config") / "mappings"
PROJECT = Path(__file__).resolve().parents[2]
SLICE = timedelta(seconds=25)
"""How long one turn of a worker goes on; the rest waits for its next turn."""

READING, TAKING_OVER = "reading", "taking_over"

Clock = Callable[[], datetime]
Progress = Callable[[str, int, int | None], None]
"""Told the step, how many rows (reading) or dossiers (taking over) are done, and of how many."""

Sessions = sessionmaker[Session]


class MappingUnknownError(NotFoundError):
    """No mapping file of that name."""

    code = "mapping_unknown"


@dataclass(frozen=True, slots=True)
class MappingFile:
    """A mapping with the text it was read from, which an import keeps as proof."""

    text: str
    mapping: SourceMapping


def find_mapping(name: str, root: Path = PROJECT) -> MappingFile:
    """Return a mapping shipped with the project, by its name.

    Raises:
        MappingUnknownError: there is none of that name.
        MappingInvalidError: the file cannot be used.
    """
    known = {path.stem: path for path in sorted((root / MAPPING_FOLDER).glob("*.toml"))}
    if name not in known:
        names = ", ".join(known)
        raise MappingUnknownError(
            f"Không có ánh xạ này; hiện có: {names}.",
            f"there is no such mapping; there are: {names}",
            field="mapping",
        )
    return open_mapping(known[name])


def open_mapping(path: Path) -> MappingFile:
    """Return the mapping in a file, or raise MappingInvalidError."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise MappingInvalidError(
            "Không đọc được tệp ánh xạ.", "the mapping file cannot be read", field="mapping"
        ) from None
    return MappingFile(text, read_mapping(text))


def run_import(  # noqa: PLR0913 - every one of them differs from run to run
    sessions: Sessions,
    source: ImportSource,
    mapping: MappingFile,
    *,
    requested_by: str,
    dry_run: bool,
    clock: Clock,
    progress: Progress,
    refusals: int = MOST_REFUSALS,
) -> ImportReport:
    """Take a file over and return the report with its refused rows.

    Done twice, the second run finds everything unchanged. A dry run gives the same report and
    writes no dossier.

    Raises:
        FileRefusedError: the file cannot be trusted; nothing of it was taken over.
    """
    new = NewImport(mapping.mapping.name, mapping.text, source.name, requested_by, dry_run)
    with sessions.begin() as session:
        close_abandoned(session, now=clock())
        report = request_import(session, new, None, now=clock())
        lease = begin_import(session, report.id, now=clock())
    _work(sessions, lease, source, clock=clock, progress=progress)
    with sessions.begin() as session:
        return read_report(session, lease.import_id, refusals=refusals)


def run_pending(sessions: Sessions, *, clock: Clock) -> int:
    """Go on with files handed in, for about 25 s; return how many dossiers were dealt with.

    A file that is refused is closed with its reason and the next one is taken.
    """
    until, done = clock() + SLICE, 0
    while clock() < until:
        with sessions.begin() as session:
            close_abandoned(session, now=clock())
            lease = claim_import(session, now=clock())
        if lease is None:
            break
        done += _go_on(sessions, lease, until, clock=clock)
    return done


def _go_on(sessions: Sessions, lease: Lease, until: datetime, *, clock: Clock) -> int:
    with sessions.begin() as session:
        source = bytes_source("", read_content(session, lease.import_id))
    try:
        return _work(sessions, lease, source, clock=clock, progress=_untold, until=until)
    except (FileRefusedError, MappingInvalidError, LeaseLostError):
        return 0


def _untold(_step: str, _done: int, _total: int | None) -> None:
    """Let progress go untold: the report itself tells it."""


def _work(
    sessions: Sessions,
    lease: Lease,
    source: ImportSource,
    *,
    clock: Clock,
    progress: Progress,
    until: datetime | None = None,
) -> int:
    with sessions.begin() as session:
        work = read_work(session, lease.import_id)
    try:
        mapping = read_mapping(work.mapping_text)
        if not work.is_staged:
            lease = _stage(sessions, lease, source, mapping, clock=clock, progress=progress)
    except (FileRefusedError, MappingInvalidError) as error:
        _close_failed(sessions, lease, error, clock=clock)
        raise
    return _take_over(sessions, lease, mapping, clock=clock, progress=progress, until=until)


def _close_failed(sessions: Sessions, lease: Lease, error: TthcError, *, clock: Clock) -> None:
    with sessions.begin() as session:
        fail_import(session, lease, error, now=clock())


def _stage(
    sessions: Sessions,
    lease: Lease,
    source: ImportSource,
    mapping: SourceMapping,
    *,
    clock: Clock,
    progress: Progress,
) -> Lease:
    with sessions.begin() as session:
        begin_staging(session, lease)
    with source.open() as file:
        table = CsvFile(file, mapping)
        layout, rows, read = Layout.of(table.header, mapping), table.rows(), 0
        while page := list(islice(rows, STAGE_PAGE)):
            with sessions.begin() as session:
                stage_page(session, lease, layout, page)
                lease = renew_lease(session, lease, now=clock())
            read += len(page)
            progress(READING, read, None)
    with sessions.begin() as session:
        end_staging(session, lease, mapping, table.digest)
        return renew_lease(session, lease, now=clock())


def _take_over(
    sessions: Sessions,
    lease: Lease,
    mapping: SourceMapping,
    *,
    clock: Clock,
    progress: Progress,
    until: datetime | None,
) -> int:
    with sessions.begin() as session:
        total = read_work(session, lease.import_id).dossiers
    done = 0
    while until is None or clock() < until:
        with sessions.begin() as session:
            taken = take_page(session, lease, mapping, now=clock())
            if not taken:
                end_import(session, lease, now=clock())
                return done
            lease = renew_lease(session, lease, now=clock())
        done += taken
        progress(TAKING_OVER, done, total)
    with sessions.begin() as session:
        release_import(session, lease)
    return done
