"""Bringing a database up to the code: schema first, then reference data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tthc.domain.audit_entries import AuditAction
from tthc.jobs.reference import read_reference
from tthc.services.audit import COMMAND_LINE, Entry, write_entry
from tthc.services.loading import LoadReport, load_reference_files
from tthc.storage.schema import code_head, upgrade
from tthc.storage.session import LONG_STATEMENT_TIMEOUT_MS, open_database

REFERENCE_FOLDER = Path("config") / "reference"


@dataclass(frozen=True, slots=True)
class MigrationReport:
    """What was done: whether the schema moved, its revision, and reference rows by file."""

    moved: bool
    revision: str
    reference: LoadReport


def migrate(url: str, root: Path, *, now: datetime) -> MigrationReport:
    """Bring the database at ``url`` up to date; done twice, it changes nothing.

    Raises:
        OverlapError: two rows of the reference files claim the same days.
    """
    moved = upgrade(url)
    sessions = open_database(url, pool_size=1, statement_timeout_ms=LONG_STATEMENT_TIMEOUT_MS)
    try:
        with sessions.begin() as session:
            report = load_reference_files(session, read_reference(root / REFERENCE_FOLDER), now=now)
            if report.is_changed:
                changed = {name: count for name, count in report.changed.items() if count}
                loaded = Entry(AuditAction.REFERENCE_LOADED, COMMAND_LINE, facts=changed)
                write_entry(session, loaded, now=now)
    finally:
        sessions.kw["bind"].dispose()
    return MigrationReport(moved, code_head(), report)
