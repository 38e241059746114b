"""One page of an import: rows judged, dossiers written, the report moved on, all at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from tthc.domain.codes import DossierCode
from tthc.domain.imports import Intake, read_intake
from tthc.domain.mapping import SourceKind, SourceMapping
from tthc.domain.moment import civil_day
from tthc.domain.refusals import Refusal, RowRefusedError, refusal
from tthc.domain.taking_over import tell_life
from tthc.services.imports.places import Places, unit_values
from tthc.services.imports.requests import Lease, count_refusals, hold_import
from tthc.services.imports.rows import Origin, Taking, write_takings
from tthc.services.reference import load_reference
from tthc.storage.queries import imports as queries
from tthc.storage.queries.imports import StagedRow
from tthc.storage.queries.reference import find_reference_state, renew_stamp
from tthc.storage.tables.imports import Import

PAGE = 2_000
LONGEST_CODE = 40


@dataclass(frozen=True, slots=True)
class _Judged:
    """A row that can become a dossier."""

    row: StagedRow
    intake: Intake
    unit: str | None
    procedure: str | None
    ours: DossierCode | None
    code: str


@dataclass(slots=True)
class _Page:
    """What became of the rows of a page."""

    judged: list[_Judged] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    unchanged: int = 0
    warnings: Counter[str] = field(default_factory=Counter)


def take_page(session: Session, lease: Lease, mapping: SourceMapping, *, now: datetime) -> int:
    """Deal with the next rows of a staged import; return how many, 0 when none is left.

    Two runs of the same source follow one another page by page, so that a row imported by
    one is found unchanged by the other. A dry run does the same and writes no dossier.

    Raises:
        LeaseLostError: somebody else works on the import now.
    """
    held = hold_import(session, lease)
    rows = queries.list_staged(session, held.id, after_line=held.done_line, limit=PAGE)
    if not rows:
        return 0
    queries.lock_source(session, mapping.name)
    scope = None if held.scope_units is None else frozenset(held.scope_units)
    places = Places(load_reference(session), mapping, scope)
    page = _judge(session, rows, mapping, places, now=now)
    _refuse_taken(session, page, is_dry_run=held.is_dry_run)
    if not held.is_dry_run:
        _write_units(session, places, page.judged, mapping, now=now)
        origin = Origin(held.id, mapping.name, held.requested_by, now)
        write_takings(session, [_taking(judged) for judged in page.judged], origin)
    _move_on(session, held, page)
    held.done_line = rows[-1].line
    return len(rows)


def _judge(
    session: Session,
    rows: Sequence[StagedRow],
    mapping: SourceMapping,
    places: Places,
    *,
    now: datetime,
) -> _Page:
    known = queries.find_digests(session, mapping.name, [row.key for row in rows])
    page = _Page()
    for row in rows:
        try:
            _refuse_contradicted(row, known, mapping)
            if row.key in known:
                page.unchanged += 1
            else:
                page.judged.append(_read(row, mapping, places, now=now))
        except RowRefusedError as error:
            page.refusals.append(refusal(row.line, row.key, error))
    return page


def _refuse_contradicted(
    row: StagedRow, known: Mapping[str, str | None], mapping: SourceMapping
) -> None:
    if row.differs_line is not None:
        is_log = mapping.kind is SourceKind.EVENT_LOG
        code = "case_columns_differ" if is_log else "duplicate_key_differs"
        raise RowRefusedError(code, other=str(row.differs_line))
    if known.get(row.key, row.digest) != row.digest:
        raise RowRefusedError("changed_since_import")


def _read(row: StagedRow, mapping: SourceMapping, places: Places, *, now: datetime) -> _Judged:
    cells = dict(zip(mapping.used, row.cells, strict=True))
    intake = read_intake(cells, mapping, now=now)
    unit, procedure = places.unit_of(intake), places.procedure_of(intake)
    is_ours = intake.code is not None and places.is_our_agency(intake.code.agency)
    ours = intake.code if is_ours else None
    code = str(ours) if ours else foreign_code(mapping.name, row.key)
    if len(code) > LONGEST_CODE:
        raise RowRefusedError("key_malformed", column=mapping.key)
    return _Judged(row, intake, unit, procedure, ours, code)


def foreign_code(system: str, key: str) -> str:
    """Return the code that a dossier of another system has here: ``RECEIPT:case-10011``.

    A slash, which would cut an address in two, becomes ``_``; the key itself is kept beside.
    """
    return f"{system.upper()}:{key}".replace("/", "_")


def _refuse_taken(session: Session, page: _Page, *, is_dry_run: bool) -> None:
    """Refuse codes that other dossiers have; codes of ours will never be given again.

    The counters come first: whoever is giving out a number right now is waited for, and then
    seen.
    """
    if not is_dry_run:
        queries.push_counters(session, [j.ours for j in page.judged if j.ours is not None])
    taken = queries.find_taken(session, [judged.code for judged in page.judged])
    free: list[_Judged] = []
    for judged in page.judged:
        if judged.code in taken:
            error = RowRefusedError("code_taken")
            page.refusals.append(refusal(judged.row.line, judged.row.key, error))
        else:
            taken.add(judged.code)
            free.append(judged)
    page.judged = free


def _write_units(
    session: Session,
    places: Places,
    judged: Sequence[_Judged],
    mapping: SourceMapping,
    *,
    now: datetime,
) -> None:
    used = {item.unit for item in judged}
    made = {code: label for code, label in places.made.items() if code in used}
    state = find_reference_state(session)
    if not made or state is None:
        return
    first = min(civil_day(item.intake.received_at) for item in judged)
    queries.add_units(session, unit_values(made, mapping, first))
    renew_stamp(session, state[1], now=now)


def _taking(judged: _Judged) -> Taking:
    row = judged.row
    life = tell_life(judged.intake, judged.unit, judged.procedure)
    return Taking(row.line, row.key, row.digest, judged.code, life)


def _move_on(session: Session, held: Import, page: _Page) -> None:
    held.imported += len(page.judged)
    held.unchanged += page.unchanged
    for judged in page.judged:
        page.warnings.update(judged.intake.warnings)
        page.warnings["unit_unassigned"] += judged.unit is None
    warnings = Counter(held.warnings) + page.warnings
    held.warnings = dict(sorted(warnings.items()))
    count_refusals(session, held, page.refusals)
