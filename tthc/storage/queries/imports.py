"""Reads and writes of imports and of the rows they work on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from tthc.domain.codes import DossierCode
from tthc.domain.errors import NotFoundError
from tthc.domain.imports import ImportStatus
from tthc.domain.refusals import Refusal
from tthc.storage.bulk import copy_rows
from tthc.storage.tables.dossiers import CodeCounter, Dossier
from tthc.storage.tables.imports import (
    Import,
    ImportFile,
    ImportRefusal,
    ImportRow,
)
from tthc.storage.tables.reference import Unit

_OPEN = (ImportStatus.WAITING, ImportStatus.RUNNING)

_MARK_DIFFERING = text(
    """
    UPDATE import_rows AS kept SET differs_line = other.line
    FROM (
        SELECT first, min(line) AS line
        FROM (
            SELECT line, digest,
                   first_value(line) OVER same_key AS first,
                   first_value(digest) OVER same_key AS first_digest
            FROM import_rows WHERE import_id = :id
            WINDOW same_key AS (PARTITION BY key ORDER BY line)
        ) AS seen
        WHERE digest <> first_digest GROUP BY first
    ) AS other
    WHERE kept.import_id = :id AND kept.line = other.first
    """
)
_KEEP_FIRST = text(
    """
    DELETE FROM import_rows AS later
    USING (
        SELECT key, min(line) AS first FROM import_rows
        WHERE import_id = :id GROUP BY key HAVING count(*) > 1
    ) AS seen
    WHERE later.import_id = :id AND later.key = seen.key AND later.line <> seen.first
    """
)


def get_import(session: Session, import_id: int, *, requested_by: str | None) -> Import:
    """Return an import, of ``requested_by`` alone unless None, or raise NotFoundError."""
    query = select(Import).where(Import.id == import_id)
    if requested_by is not None:
        query = query.where(Import.requested_by == requested_by)
    found = session.scalar(query)
    if found is None:
        raise NotFoundError("Không tìm thấy lần nhập.", "there is no such import")
    return found


def list_imports(
    session: Session, *, requested_by: str | None, before_id: int | None, limit: int
) -> Sequence[Import]:
    """Return up to ``limit`` imports below ``before_id``, newest first."""
    query = select(Import).order_by(Import.id.desc()).limit(limit)
    if requested_by is not None:
        query = query.where(Import.requested_by == requested_by)
    if before_id is not None:
        query = query.where(Import.id < before_id)
    return session.scalars(query).all()


def lock_import(session: Session, import_id: int) -> Import:
    """Return an import, locked until the end of the transaction."""
    query = select(Import).where(Import.id == import_id).with_for_update()
    return session.execute(query.execution_options(populate_existing=True)).scalar_one()


def claim_import(session: Session, *, now: datetime) -> Import | None:
    """Return the oldest open import with a file that nobody works on, locked; else None."""
    query = (
        select(Import)
        .join(ImportFile, ImportFile.import_id == Import.id)
        .where(Import.status.in_(_OPEN), _is_free(now))
        .order_by(Import.id)
        .limit(1)
        .with_for_update(of=Import, skip_locked=True)
    )
    return session.scalar(query)


def list_abandoned(session: Session, *, now: datetime) -> Sequence[Import]:
    """Return open imports without a file whose worker is gone, locked."""
    has_file = select(ImportFile.import_id).where(ImportFile.import_id == Import.id).exists()
    query = (
        select(Import)
        .where(Import.status.in_(_OPEN), _is_free(now), ~has_file)
        .with_for_update(skip_locked=True)
    )
    return session.scalars(query).all()


def _is_free(now: datetime) -> ColumnElement[bool]:
    return or_(Import.leased_until.is_(None), Import.leased_until <= now)


def read_content(session: Session, import_id: int) -> bytes:
    """Return the content of a file that was handed in."""
    query = select(ImportFile.content).where(ImportFile.import_id == import_id)
    return session.execute(query).scalar_one()


def drop_work(session: Session, import_id: int, *, with_file: bool = True) -> None:
    """Delete the rows being worked on, and with them the file."""
    session.execute(delete(ImportRow).where(ImportRow.import_id == import_id))
    if with_file:
        session.execute(delete(ImportFile).where(ImportFile.import_id == import_id))


def clear_refusals(session: Session, import_id: int) -> None:
    """Forget the refusals of an import that begins anew."""
    session.execute(delete(ImportRefusal).where(ImportRefusal.import_id == import_id))


def stage(session: Session, import_id: int, rows: Iterable[tuple[int, str, str, str]]) -> None:
    """Append rows (line, key, digest, cells as JSON) to work on."""
    columns = ("import_id", "line", "key", "digest", "cells")
    copy_rows(session, "import_rows", columns, ((import_id, *row) for row in rows))


def settle_keys(session: Session, import_id: int, *, timeout_ms: int) -> int:
    """Keep one row for each key, marked if another row of the key differs; return how many."""
    session.execute(text(f"SET LOCAL statement_timeout = {timeout_ms:d}"))
    for statement in (_MARK_DIFFERING, _KEEP_FIRST):
        session.execute(statement, {"id": import_id})
    query = select(func.count()).where(ImportRow.import_id == import_id)
    return session.execute(query).scalar_one()


@dataclass(frozen=True, slots=True)
class StagedRow:
    """A row to work on: its mapped cells in the mapping's order, and who contradicts it."""

    line: int
    key: str
    digest: str
    cells: list[str]
    differs_line: int | None


def list_staged(
    session: Session, import_id: int, *, after_line: int, limit: int
) -> list[StagedRow]:
    """Return the next rows to work on, by line."""
    row = ImportRow
    query = (
        select(row.line, row.key, row.digest, row.cells, row.differs_line)
        .where(ImportRow.import_id == import_id, ImportRow.line > after_line)
        .order_by(ImportRow.line)
        .limit(limit)
    )
    return [StagedRow(*found) for found in session.execute(query)]


def keep_refusals(session: Session, import_id: int, refusals: Iterable[Refusal]) -> None:
    """Write down refused rows."""
    values = [
        {
            "import_id": import_id,
            "line": refused.line,
            "key": refused.key,
            "code": refused.code,
            "message": refused.message,
            "message_en": refused.message_en,
        }
        for refused in refusals
    ]
    if values:
        session.execute(insert(ImportRefusal).on_conflict_do_nothing(), values)


def list_refusals(session: Session, import_id: int, *, limit: int) -> list[Refusal]:
    """Return up to ``limit`` refused rows, by line."""
    row = ImportRefusal
    query = (
        select(row.line, row.key, row.code, row.message, row.message_en)
        .where(row.import_id == import_id)
        .order_by(row.line)
        .limit(limit)
    )
    return [Refusal(*found) for found in session.execute(query)]


def lock_source(session: Session, system: str) -> None:
    """Let one page of a source system at a time be written, until the transaction ends."""
    key = func.hashtext(f"tthc imports {system}")
    session.execute(select(func.pg_advisory_xact_lock(key)))


def find_digests(session: Session, system: str, keys: Collection[str]) -> dict[str, str | None]:
    """Return the digest of each key of a source system that was imported before."""
    query = select(Dossier.foreign_code, Dossier.foreign_digest).where(
        Dossier.foreign_system == system, Dossier.foreign_code.in_(keys)
    )
    return {key: digest for key, digest in session.execute(query) if key is not None}


def push_counters(session: Session, codes: Iterable[DossierCode]) -> None:
    """Raise the counters of our agencies past these codes, so that none is given again.

    The numbers below, whether imported or not, were the other system's to give. A ministry
    system's sequence is no number of a desk and moves nothing. Choice: imported-numbers.
    """
    highest: dict[tuple[str, date], int] = {}
    for code in codes:
        if not code.is_local:
            continue
        at = code.agency, code.day
        highest[at] = max(code.number, highest.get(at, 0))
    if not highest:
        return
    query = insert(CodeCounter).values(
        [
            {"agency_code": agency, "day": day, "last_number": number}
            for (agency, day), number in sorted(highest.items())
        ]
    )
    last = func.greatest(CodeCounter.last_number, query.excluded.last_number)
    session.execute(
        query.on_conflict_do_update(
            index_elements=[CodeCounter.agency_code, CodeCounter.day], set_={"last_number": last}
        )
    )


def find_taken(session: Session, codes: Collection[str]) -> set[str]:
    """Return those dossier codes that exist."""
    return set(session.scalars(select(Dossier.code).where(Dossier.code.in_(codes))))


def add_units(session: Session, units: Sequence[dict[str, Any]]) -> None:
    """Insert units met only in imported data; one that exists stays as it is."""
    session.execute(insert(Unit).on_conflict_do_nothing(index_elements=["code"]), units)
