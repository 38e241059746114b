"""Traits of the dossiers received in a period, as they were known at its moment."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from tthc.domain.dossier import Channel, PaymentKind
from tthc.domain.evidence import Evidence
from tthc.domain.metrics import Period
from tthc.domain.traits import DIGITISED_PERCENT, PAID_ONLINE, PAYABLE, Alike, Handling, Trait
from tthc.storage.queries.evidence import known_at
from tthc.storage.queries.then import of_units
from tthc.storage.tables.dossiers import Dossier, DossierEvent
from tthc.storage.tables.reference import ProcedureVersion

Columns = dict[str, ColumnElement[Any] | InstrumentedAttribute[Any]]

_HEAD = select(func.coalesce(func.max(DossierEvent.id), 0).label("event_head")).subquery("head")


def count_traits(
    session: Session, period: Period, units: Collection[str | None] | None
) -> tuple[dict[str | None, list[Alike]], int]:
    """Count what was received by resolving unit, procedure and traits; and the newest event's id.

    Both are of one moment. ``units`` as in ``tally_units``; those without a dossier are absent.
    """
    seen = _handled(
        period, units, unit=Dossier.resolving_unit, procedure_code=Dossier.procedure_code
    ).subquery("seen")
    traits = _traits(seen.c)
    alike = (
        select(seen.c.unit, seen.c.procedure_code, traits.label("traits"), func.count().label("n"))
        .group_by(seen.c.unit, seen.c.procedure_code, traits)
        .subquery("alike")
    )
    query = select(_HEAD.c.event_head, alike).select_from(_HEAD.outerjoin(alike, true()))
    rows = session.execute(query).all()
    found: dict[str | None, list[Alike]] = {}
    for _, unit, procedure_code, bits, count in rows:
        if count is not None:
            found.setdefault(unit, []).append(Alike(procedure_code, Trait(bits), count))
    return found, rows[0].event_head


def list_handled(
    session: Session, period: Period, units: Collection[str | None] | None, *, most: int | None
) -> tuple[list[tuple[Evidence, Handling]], int]:
    """Return what was received in a period as evidence, with how it was handled; and the head.

    Both are of one moment, in no order; one more than ``most`` says that there are more.
    """
    known = {f"seen_{name}": column for name, column in known_at(period.at).items()}
    seen = (
        _handled(period, units, **known).limit(None if most is None else most + 1).subquery("seen")
    )
    query = select(_HEAD.c.event_head, seen).select_from(_HEAD.outerjoin(seen, true()))
    rows = session.execute(query).all()
    size = len(known)
    found = [
        (Evidence(*row[1 : size + 1]), _handling(row[size + 1 :]))
        for row in rows
        if row.seen_code is not None
    ]
    return found, rows[0].event_head


def _handling(values: Sequence[Any]) -> Handling:
    told = Handling(*values)
    kind = told.payment_kind
    return told if kind is None else replace(told, payment_kind=PaymentKind(kind))


def received_in(period: Period) -> ColumnElement[bool]:
    """Return the condition of having been received within a period, before its moment."""
    return and_(Dossier.received_at >= period.since, Dossier.received_at < period.at)


def handling_at(at: datetime) -> Columns:
    """Return the columns of a ``Handling`` as they stood at a moment.

    What never changes after receipt is the row's own; a result is dated, and only a confirmed
    payment changes how a dossier was paid.
    """
    d = Dossier
    return {
        "channel": d.channel,
        "is_electronic": and_(d.is_result_electronic, func.coalesce(d.finished_at < at, false())),
        "yields_result": ProcedureVersion.yields_result,
        "paper_count": d.paper_count,
        "digitised_count": d.digitised_count,
        "reused_count": d.reused_count,
        "payment_kind": case(
            (d.last_event_at < at, cast(d.payment_kind, Integer)), else_=_payment_then(at)
        ),
        "fee_total": d.fee_total,
        "is_taken_over": d.foreign_system.is_not(None),
    }


IS_ITS_VERSION = and_(
    ProcedureVersion.procedure_code == Dossier.procedure_code,
    ProcedureVersion.valid_from == Dossier.version_from,
)
"""Joins a dossier with the version of its procedure that it was received under."""


def _payment_then(at: datetime) -> ColumnElement[Any]:
    event = DossierEvent
    return (
        select(cast(event.changes["payment_kind"].astext, Integer))
        .where(
            event.dossier_id == Dossier.id,
            event.happened_at < at,
            event.changes.has_key("payment_kind"),
        )
        .order_by(event.version.desc())
        .limit(1)
        .scalar_subquery()
    )


def _handled(
    period: Period,
    units: Collection[str | None] | None,
    **others: ColumnElement[Any] | InstrumentedAttribute[Any],
) -> Select[*tuple[Any, ...]]:
    columns: Columns = {**others, **handling_at(period.at)}
    return (
        select(*(column.label(name) for name, column in columns.items()))
        .outerjoin(ProcedureVersion, IS_ITS_VERSION)
        .where(received_in(period), *of_units(units))
    )


def _traits(seen: Any) -> ColumnElement[int]:
    """Return the traits of ``tthc.domain.traits.traits_of``, which a test holds them against."""
    is_told = seen.payment_kind.is_not(None)
    has_papers = seen.paper_count > 0
    enough = seen.digitised_count * 100 >= DIGITISED_PERCENT * seen.paper_count
    found = {
        Trait.ONLINE: seen.channel == Channel.ONLINE,
        Trait.ELECTRONIC: seen.is_electronic,
        Trait.RESULTLESS: seen.yields_result.is_(False),
        Trait.PAPERS_TOLD: has_papers,
        Trait.DIGITISED: and_(has_papers, enough),
        Trait.REUSED: seen.reused_count > 0,
        Trait.PAYMENT_TOLD: is_told,
        Trait.PAYABLE: case(
            (is_told, seen.payment_kind.in_(sorted(PAYABLE))), else_=seen.fee_total > 0
        ),
        Trait.PAID_ONLINE: seen.payment_kind.in_(sorted(PAID_ONLINE)),
        Trait.TAKEN_OVER: seen.is_taken_over,
    }
    bits: ColumnElement[int] = literal(0, Integer)
    for trait, holds in found.items():
        bits += case((holds, literal(trait.value, Integer)), else_=0)
    return bits
