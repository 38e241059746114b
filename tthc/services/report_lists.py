"""Reports that list dossiers: the register of a period, and who is late at its end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter

from sqlalchemy.orm import Session

from tthc.domain.dossier import ReturnForm
from tthc.domain.evidence import Evidence
from tthc.domain.layouts import Layout, Listing
from tthc.domain.metrics import Period
from tthc.domain.overdue import days_late
from tthc.domain.parties import mask_name, mask_number
from tthc.domain.scope import Scope
from tthc.domain.sheets import Cell, Line, line_of
from tthc.services.evidence import Gathered, Place, gather, list_behind
from tthc.services.reference import Reference, load_reference
from tthc.services.series import CHANNEL_NAMES
from tthc.storage.queries.listings import Listed, map_listed

AT_ONCE = 5_000
"""How many dossiers are looked up in one statement."""

RETURN_FORMS = {
    ReturnForm.AT_DESK: "Tại Bộ phận Một cửa",
    ReturnForm.POSTAL: "Bưu chính công ích",
    ReturnForm.ELECTRONIC: "Trực tuyến",
}
NUMBERS = {Listing.RECEIVED: "received", Listing.OVERDUE: "by_day.pending_late"}
"""The published number whose dossiers a report lists."""


@dataclass(frozen=True, slots=True)
class Listings:
    """The lines of a report of dossiers, and what they were gathered from."""

    lines: Sequence[Line]
    gathered: Gathered


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a report: whose figures they may see, and of whose dossiers the applicant."""

    scope: Scope
    persons: Scope


def list_dossiers(
    session: Session,
    layout: Layout,
    where: tuple[Period, Place],
    reader: Reader,
    *,
    as_of: datetime,
    most: int | None,
) -> Listings:
    """Return a line for each dossier of the report, as many as its number says.

    The register comes in order of receipt, who is late the longest late first.

    Raises:
        NotFoundError: no such unit, or outside the reader's scope.
        ListTooLongError: more than ``most`` dossiers would have to be looked at.
    """
    period, place = where
    listing = Listing(layout.rows)
    if listing is Listing.OVERDUE:
        period = replace(period, since=period.at)  # who lives is pending whenever it came in
    gathered = gather(session, period, place, reader.scope, as_of=as_of, most=most)
    rows = list_behind(gathered, NUMBERS[listing]).rows
    by = attrgetter("received_at" if listing is Listing.RECEIVED else "due_at", "code")
    told = _Telling(load_reference(session), reader.persons, period.at)
    lines = [
        line_of(layout, {"position": position, **told.of(row, listed)})
        for position, (row, listed) in enumerate(
            _looked_up(session, sorted(rows, key=by), period.at), start=1
        )
    ]
    return Listings(lines, gathered)


def _looked_up(
    session: Session, rows: Sequence[Evidence], at: datetime
) -> Iterator[tuple[Evidence, Listed]]:
    for begin in range(0, len(rows), AT_ONCE):
        some = rows[begin : begin + AT_ONCE]
        found = map_listed(session, [row.code for row in some], at)
        yield from ((row, found[row.code]) for row in some)


@dataclass(frozen=True, slots=True)
class _Telling:
    """How the facts of one dossier are told to a reader."""

    reference: Reference
    persons: Scope
    at: datetime

    def of(self, row: Evidence, listed: Listed) -> Mapping[str, Cell]:
        procedure = self.reference.procedures.get(row.procedure_code or "")
        return {
            "code": row.code,
            "procedure": procedure.name if procedure else None,
            "procedure_code": row.procedure_code,
            "field": procedure.field if procedure else None,
            "channel": CHANNEL_NAMES[row.channel] if row.channel else None,
            "receiving_unit": self._unit(row.receiving_unit),
            "resolving_unit": self._unit(row.resolving_unit),
            "received_at": row.received_at,
            "due_at": row.due_at,
            "finished_at": row.finished_at,
            "stopped_at": row.stopped_at,
            "days_late": self._days_late(row),
            "returned_at": listed.returned_at,
            "return_form": RETURN_FORMS[listed.return_form] if listed.return_form else None,
            "officer": listed.officer,
            "stage": listed.stage,
            **self._applicant(row, listed),
        }

    def _unit(self, code: str | None) -> str | None:
        return self.reference.units[code].name if code else None

    def _days_late(self, row: Evidence) -> int | None:
        if row.due_at is None:
            return None
        calendar = self.reference.offices(row.receiving_unit, row.resolving_unit).work
        return days_late(row.due_at, row.stopped_at or row.ended_at or self.at, calendar)

    def _applicant(self, row: Evidence, listed: Listed) -> Mapping[str, Cell]:
        """Tell the applicant by initials, to whoever may read the dossier."""
        if not self.persons.covers(row.receiving_unit, row.resolving_unit):
            return {}
        name = listed.applicant_name
        return {
            "applicant": mask_name(name) if name else None,
            "applicant_phone": mask_number(listed.applicant_phone),
        }
