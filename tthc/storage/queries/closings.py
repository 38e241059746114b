"""Reads and writes of closed periods and of what was reported of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from tthc.domain.closing import Adjustment, ClosingStatus
from tthc.domain.errors import NotFoundError
from tthc.storage.tables.closings import AdjustmentRow, Closing, Report


def get_closing(
    session: Session,
    closing_id: int,
    units: Collection[str] | None,
    *,
    for_change: bool = False,
) -> Closing:
    """Return a closing of ``units`` (None: of any), locked when it is to change.

    Raises:
        NotFoundError: no such closing, or another unit's: the answers are the same.
    """
    query = select(Closing).where(Closing.id == closing_id)
    if for_change:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(query)
    if found is None or (units is not None and found.unit_code not in units):
        raise NotFoundError("Không tìm thấy kỳ báo cáo.", "there is no such closing")
    return found


def list_closings(
    session: Session, units: Collection[str] | None, *, before_id: int | None, limit: int
) -> Sequence[Closing]:
    """Return the closings of ``units`` (None: of all), newest first."""
    query = select(Closing).order_by(Closing.id.desc()).limit(limit)
    if units is not None:
        query = query.where(Closing.unit_code.in_(sorted(units)))
    if before_id is not None:
        query = query.where(Closing.id < before_id)
    return session.scalars(query).all()


def list_reports(session: Session, closing_id: int) -> Sequence[Report]:
    """Return what was reported of a closing, oldest first, without the packs."""
    query = select(Report).where(Report.closing_id == closing_id).order_by(Report.number)
    return session.scalars(query).all()


def get_report(session: Session, closing_id: int, number: int | None) -> Report:
    """Return a report with its pack; the newest for None.

    Raises:
        NotFoundError: there is none of that number.
    """
    query = select(Report).where(Report.closing_id == closing_id).options(undefer(Report.pack))
    if number is not None:
        query = query.where(Report.number == number)
    found = session.scalar(query.order_by(Report.number.desc()).limit(1))
    if found is None:
        raise NotFoundError("Không có báo cáo này.", "there is no such report")
    return found


def find_report_until(session: Session, unit_code: str, until_on: date) -> Report | None:
    """Return the newest report of the unit's closed period that ended on that day, if any.

    Of several the one that began last: the shortest.
    """
    query = (
        select(Report)
        .join(Closing, Closing.id == Report.closing_id)
        .where(
            Closing.unit_code == unit_code,
            Closing.until_on == until_on,
            Closing.status == ClosingStatus.CLOSED,
        )
        .order_by(Closing.since_on.desc(), Report.number.desc())
        .options(undefer(Report.pack))
        .limit(1)
    )
    return session.scalar(query)


def add_adjustments(
    session: Session, closing_id: int, number: int, found: Iterable[Adjustment]
) -> None:
    """Insert what differs between a report and the one before."""
    rows = [AdjustmentRow(closing_id=closing_id, number=number, **asdict(a)) for a in found]
    session.add_all(rows)
    session.flush()


def list_adjustments(
    session: Session,
    closing_id: int,
    number: int,
    *,
    after: tuple[str, str] | None,
    limit: int,
) -> Sequence[AdjustmentRow]:
    """Return the adjustments that one report made, by file and subject."""
    row = AdjustmentRow
    query = (
        select(row)
        .where(row.closing_id == closing_id, row.number == number)
        .order_by(row.file, row.subject)
        .limit(limit)
    )
    if after is not None:
        place = func.row(row.file, row.subject)
        query = query.where(place > func.row(*after))
    return session.scalars(query).all()
