"""What changed in a closed period since it was reported, told as entries with a reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from tthc.domain.accounts import Actor
from tthc.domain.actions import ReasonMissingError
from tthc.domain.closing import (
    Adjustment,
    ClosingStateError,
    ClosingStatus,
    NothingToAdjustError,
    find_adjustments,
)
from tthc.domain.pack import unzip_files
from tthc.services.closings import (
    ClosingSheet,
    Told,
    Which,
    changed,
    find_closing,
    find_report,
    pack_closing,
    report,
    take_closing,
)
from tthc.services.packs import DOSSIERS, LEVELS
from tthc.storage.queries import closings as queries
from tthc.storage.tables.closings import AdjustmentRow, Closing

COMPARED = (DOSSIERS, LEVELS)
"""The files of a pack that all others follow from."""


def adjust_period(
    session: Session, which: Which, actor: Actor, reason: str, *, now: datetime
) -> ClosingSheet:
    """Restate a closed period as its data are now; every line that differs becomes an entry.

    What was reported before stays as it was.

    Raises:
        NotFoundError, StaleError, ClosingStateError: none such; changed since; not closed.
        ReasonMissingError: no reason was given.
        NothingToAdjustError: nothing differs from the newest report.
    """
    closing = _closed(take_closing(session, which, actor))
    if not reason.strip():
        raise ReasonMissingError(
            "Phải nêu lý do điều chỉnh.", "an adjustment demands a reason", field="reason"
        )
    last = queries.get_report(session, closing.id, None)
    made = pack_closing(session, closing, now=now)
    found = list(_differences(unzip_files(last.pack, *COMPARED), made.files))
    if not found:
        raise NothingToAdjustError(
            "Số liệu không thay đổi so với báo cáo gần nhất.",
            "nothing differs from the newest report",
        )
    told = Told(actor.username, last.number + 1, reason)
    report(session, closing, made, told, now=now)
    queries.add_adjustments(session, closing.id, told.number, found)
    return changed(session, closing)


def preview_adjustments(
    session: Session, closing_id: int, actor: Actor, *, now: datetime
) -> list[Adjustment]:
    """Return what differs now from the newest report of a closed period.

    Raises:
        NotFoundError, ClosingStateError: none such in the actor's scope; not closed.
    """
    closing = _closed(find_closing(session, closing_id, actor).closing)
    last = queries.get_report(session, closing.id, None)
    made = pack_closing(session, closing, now=now)
    return list(_differences(unzip_files(last.pack, *COMPARED), made.files))


def list_adjustments(
    session: Session,
    report_of: tuple[int, int],
    actor: Actor,
    *,
    after: tuple[str, str] | None,
    limit: int,
) -> Sequence[AdjustmentRow]:
    """Return the entries of one restated report, given as closing and number, by file and subject.

    Raises:
        NotFoundError: no such closing in the actor's scope, or no such report.
    """
    find_report(session, *report_of, actor)
    return queries.list_adjustments(session, *report_of, after=after, limit=limit)


def _closed(closing: Closing) -> Closing:
    if closing.status is not ClosingStatus.CLOSED:
        raise ClosingStateError("Kỳ chưa được chốt.", "the period is not closed")
    return closing


def _differences(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[Adjustment]:
    for file in COMPARED:
        yield from find_adjustments(file, before[file], after[file])
