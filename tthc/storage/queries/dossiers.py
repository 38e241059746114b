"""Reads and writes of dossiers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Row,
    Select,
    String,
    any_,
    bindparam,
    func,
    or_,
    select,
    true,
    union,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from tthc.domain.dossier import Channel
from tthc.domain.errors import NotFoundError
from tthc.domain.lifecycle import OPEN, Status
from tthc.domain.parties import PartyRole
from tthc.domain.scope import Scope
from tthc.storage.tables.dossiers import (
    ClockStop,
    CodeCounter,
    Dossier,
    DossierEvent,
    DueVersion,
    Party,
)

MOST_ID = 2**63 - 1
"""No row of a table has a greater one."""


def take_number(session: Session, agency_code: str, day: date) -> int:
    """Return the next number of ``agency_code`` on ``day``; rolled back with the transaction.

    The counter row stays locked until the end of the transaction, so call it late.
    """
    return session.execute(_NEXT, {"agency": agency_code, "on": day}).scalar_one()


_NEXT = (
    insert(CodeCounter)
    .values(agency_code=bindparam("agency"), day=bindparam("on"), last_number=1)
    .on_conflict_do_update(
        index_elements=[CodeCounter.agency_code, CodeCounter.day],
        set_={"last_number": CodeCounter.last_number + 1},
    )
    .returning(CodeCounter.last_number)
)
"""Built once, as everything that each request asks: building it costs as much as asking it."""


def _in_units(units: Sequence[str]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Dossier.receiving_unit.in_(units), Dossier.resolving_unit.in_(units)


_BY_CODE = select(Dossier).where(Dossier.code == bindparam("code"))
_UNITS = any_(bindparam("units", type_=ARRAY(String)))
_BY_CODE_IN_SCOPE = _BY_CODE.where(
    or_(Dossier.receiving_unit == _UNITS, Dossier.resolving_unit == _UNITS)
)
_PARTIES = select(Party).where(
    Party.dossier_id == any_(bindparam("dossier_ids", type_=ARRAY(BigInteger)))
)
"""Built once: whoever reads a dossier asks them, and building them costs a third of asking."""


def get_dossier(session: Session, code: str, scope: Scope, *, for_change: bool = False) -> Dossier:
    """Return the dossier with this code within ``scope``, locked when it is to change.

    Raises:
        NotFoundError: no such dossier, or another commune's: the answers are the same.
    """
    query = _BY_CODE if scope.everything else _BY_CODE_IN_SCOPE
    if for_change:
        query = query.with_for_update()
    units = {} if scope.everything else {"units": sorted(scope.units)}
    found = session.scalar(query, {"code": code, **units})
    if found is None:
        raise NotFoundError("Không tìm thấy hồ sơ.", "there is no such dossier")
    return found


@dataclass(frozen=True, slots=True)
class DossierFilter:
    """What a list of dossiers is narrowed to; an empty part narrows nothing.

    ``overdue_at`` keeps the open ones that are late at that instant, or were when their clock
    stopped.
    """

    status: Status | None = None
    unit_code: str | None = None
    procedure_code: str | None = None
    channel: Channel | None = None
    received_since: datetime | None = None
    received_until: datetime | None = None
    overdue_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ListedDossier:
    """A dossier as a list shows it; papers, fees and the rest stay unread."""

    id: int
    code: str
    version: int
    status: Status
    procedure_code: str | None
    channel: Channel | None
    receiving_unit: str | None
    resolving_unit: str | None
    officer: str | None
    received_at: datetime | None
    due_at: datetime | None
    overdue_at: datetime | None
    stopped_at: datetime | None
    finished_at: datetime | None
    ended_at: datetime | None
    returned_at: datetime | None


LISTED = select(*(getattr(Dossier, field.name) for field in fields(ListedDossier)))
"""What every list of dossiers reads."""


def list_dossiers(
    session: Session, scope: Scope, wanted: DossierFilter, *, before_id: int | None, limit: int
) -> list[ListedDossier]:
    """Return up to ``limit`` dossiers within ``scope``, newest first, below ``before_id``."""
    filters = [c for c in _conditions(wanted) if c is not None]
    if not (scope.everything or filters):
        return listed(session, _NEWEST_IN_SCOPE, _newest_of(scope, before_id, limit))
    query = LISTED.where(*filters).order_by(Dossier.id.desc()).limit(limit)
    if before_id is not None:
        query = query.where(Dossier.id < before_id)
    if not scope.everything:
        query = query.where(or_(*_in_units(sorted(scope.units))))
    return listed(session, query)


def listed(
    session: Session,
    query: Select[*tuple[Any, ...]],
    values: Mapping[str, object] | None = None,
) -> list[ListedDossier]:
    """Return what a query built on ``LISTED`` finds."""
    return [ListedDossier(*row) for row in session.execute(query, values)]


def _newest_in_units() -> CompoundSelect[tuple[int]]:
    """Return the newest ids of each unit: as many index probes as there are units.

    "Received here or resolved here" as one condition reads all a unit ever had and sorts it.
    """
    parts = []
    for column in (Dossier.receiving_unit, Dossier.resolving_unit):
        codes = bindparam("units", type_=ARRAY(String))
        place = func.unnest(codes).table_valued("code").render_derived()
        newest = (
            select(Dossier.id)
            .where(column == place.c.code, Dossier.id < bindparam("before_id", type_=BigInteger))
            .order_by(Dossier.id.desc())
            .limit(bindparam("limit", type_=BigInteger))
            .lateral()
        )
        parts.append(select(newest.c.id).select_from(place.join(newest, true())))
    return union(*parts)


_NEWEST_IN_SCOPE = (
    LISTED.where(Dossier.id.in_(_newest_in_units()))
    .order_by(Dossier.id.desc())
    .limit(bindparam("limit", type_=BigInteger))
)
"""Built once: it is what each desk looks at first, and building it costs a tenth of asking it."""


def _newest_of(scope: Scope, before_id: int | None, limit: int) -> dict[str, object]:
    below = MOST_ID if before_id is None else before_id
    return {"units": sorted(scope.units), "before_id": below, "limit": limit}


def _conditions(wanted: DossierFilter) -> list[ColumnElement[bool] | None]:
    return [
        None if wanted.status is None else Dossier.status == wanted.status,
        None if wanted.unit_code is None else Dossier.resolving_unit == wanted.unit_code,
        None if wanted.procedure_code is None else Dossier.procedure_code == wanted.procedure_code,
        None if wanted.channel is None else Dossier.channel == wanted.channel,
        None if wanted.received_since is None else Dossier.received_at >= wanted.received_since,
        None if wanted.received_until is None else Dossier.received_at < wanted.received_until,
        *_overdue(wanted.overdue_at),
    ]


def _overdue(at: datetime | None) -> list[ColumnElement[bool] | None]:
    if at is None:
        return []
    judged_at = func.coalesce(Dossier.stopped_at, at)
    return [Dossier.status.in_(OPEN), Dossier.overdue_at <= judged_at]


def list_parties(session: Session, dossier_ids: Sequence[int]) -> Sequence[Party]:
    """Return the persons of these dossiers."""
    return session.scalars(_PARTIES, {"dossier_ids": dossier_ids}).all()


def map_applicants(session: Session, dossier_ids: Sequence[int]) -> dict[int, str]:
    """Return the names of those who applied, by dossier."""
    found = session.execute(_APPLICANTS, {"dossier_ids": dossier_ids})
    return {dossier_id: name for dossier_id, name in found}  # noqa: C416 - rows are no pairs


_APPLICANTS = select(Party.dossier_id, Party.name).where(
    Party.dossier_id == any_(bindparam("dossier_ids", type_=ARRAY(BigInteger))),
    Party.role == PartyRole.APPLICANT,
)


def list_events(session: Session, dossier_id: int) -> Sequence[DossierEvent]:
    """Return everything that happened to a dossier, oldest first."""
    query = (
        select(DossierEvent)
        .where(DossierEvent.dossier_id == dossier_id)
        .order_by(DossierEvent.version)
    )
    return session.scalars(query).all()


def find_due_version(session: Session, dossier_id: int, version: int) -> DueVersion | None:
    """Return one due date of a dossier, or None when it has none yet."""
    return session.get(DueVersion, (dossier_id, version)) if version else None


def list_stops(session: Session, dossier_id: int, *, open_only: bool = False) -> list[ClockStop]:
    """Return the stops of a dossier, oldest first; with ``open_only`` those not ended yet."""
    query = select(ClockStop).where(ClockStop.dossier_id == dossier_id)
    if open_only:
        query = query.where(ClockStop.ended_at.is_(None))
    return list(session.scalars(query.order_by(ClockStop.number)))


def stream_all_events(session: Session, *, after: int) -> Iterator[Row[Any]]:
    """Yield the events above id ``after`` with their dossier's code, by id, page by page."""
    event = DossierEvent
    query = (
        select(
            event.id,
            Dossier.code,
            event.version,
            event.action,
            event.happened_at,
            event.recorded_at,
            event.actor,
            event.changes,
            event.facts,
        )
        .join(Dossier, Dossier.id == event.dossier_id)
        .where(event.id > after)
        .order_by(event.id)
        .execution_options(yield_per=2_000)
    )
    yield from session.execute(query)
