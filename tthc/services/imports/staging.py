"""The rows of a file laid out in the database, one for each key, before any is judged.

Which rows speak of the same dossier is settled there and not in memory, so a file of any
length takes the same memory.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from tthc.domain.imports import check_key
from tthc.domain.mapping import SourceKind, SourceMapping
from tthc.domain.refusals import Refusal, RowRefusedError, refusal
from tthc.domain.text import stored_form
from tthc.services.imports.reading import RawRow
from tthc.services.imports.requests import Lease, count_refusals, hold_import
from tthc.storage.queries import imports as queries
from tthc.storage.session import LONG_STATEMENT_TIMEOUT_MS

STAGE_PAGE = 5_000

_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(slots=True)
class Layout:
    """Where the mapped columns stand in a file's rows."""

    mapping: SourceMapping
    width: int
    places: list[int]
    refusals: list[Refusal] = field(default_factory=list)

    @classmethod
    def of(cls, header: Sequence[str], mapping: SourceMapping) -> Layout:
        """Return the layout of a file by its header."""
        return cls(mapping, len(header), [header.index(column) for column in mapping.used])

    def staged(self, rows: Sequence[RawRow]) -> Iterator[tuple[int, str, str, str]]:
        """Yield (line, key, digest, cells) of each row; one without a key is refused."""
        for row in rows:
            try:
                yield self._staged(row)
            except RowRefusedError as error:
                self.refusals.append(refusal(row.line, None, error))

    def _staged(self, row: RawRow) -> tuple[int, str, str, str]:
        if len(row.cells) != self.width:
            raise RowRefusedError("row_malformed")
        cells = [stored_form(row.cells[place]) for place in self.places]
        check_key(cells[0], self.mapping)
        told = _json(cells)
        return row.line, cells[0], hashlib.sha256(told.encode()).hexdigest(), told


def begin_staging(session: Session, lease: Lease) -> None:
    """Forget what an interrupted try laid out."""
    held = hold_import(session, lease)
    queries.drop_work(session, held.id, with_file=False)
    queries.clear_refusals(session, held.id)
    held.rows, held.refused, held.refused_by = 0, 0, {}


def stage_page(session: Session, lease: Lease, layout: Layout, rows: Sequence[RawRow]) -> None:
    """Lay out some rows of the file."""
    held = hold_import(session, lease)
    queries.stage(session, held.id, layout.staged(rows))
    held.rows += len(rows)
    count_refusals(session, held, layout.refusals)
    layout.refusals.clear()


def end_staging(session: Session, lease: Lease, mapping: SourceMapping, digest: str) -> int:
    """Settle which rows are one dossier; return how many dossiers there are to judge."""
    held = hold_import(session, lease)
    keyless = held.refused
    keys = queries.settle_keys(session, held.id, timeout_ms=LONG_STATEMENT_TIMEOUT_MS)
    held.dossiers = keys + keyless
    repeated = held.rows - held.dossiers
    if mapping.kind is SourceKind.REGISTER and repeated:
        held.warnings = {"repeated_rows": repeated}
    held.digest, held.is_staged = digest, True
    return keys
