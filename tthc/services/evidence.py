"""The dossiers behind a number: as many as it says, each judged again from its own instants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from operator import attrgetter

from sqlalchemy.orm import Session

from tthc.domain.errors import RuleError
from tthc.domain.evidence import Evidence, FullOnline, canonical_list, fingerprint, stand
from tthc.domain.metrics import Period, Tally
from tthc.domain.numbers import find_number
from tthc.domain.scope import Scope
from tthc.domain.standing import Fact, tally_standing
from tthc.services.reference import load_reference
from tthc.services.scope import unit_not_found, whole_unit
from tthc.storage.queries.evidence import list_evidence, map_full_online

MOST_AT_ONCE = 20_000
"""How many dossiers of a period a request may look at; a commune has a third of it in a year."""


class ListTooLongError(RuleError):
    """More dossiers belong to this unit and period than are listed at once."""

    code = "list_too_long"


class PlaceAmbiguousError(RuleError):
    """A unit was named, and the dossiers without a unit too."""

    code = "place_ambiguous"


@dataclass(frozen=True, slots=True)
class Place:
    """Whose dossiers are meant: a unit's, those of no unit, or without either all of a scope.

    A province stands for its communes.
    """

    unit_code: str | None = None
    is_unassigned: bool = False


@dataclass(frozen=True, slots=True)
class Gathered:
    """Every dossier of a period and place, by code, with the counts that it alone adds to.

    Attributes:
        unit_code: whose dossiers they are; None for the unassigned bucket and a whole scope.
        names: of all units, by code.
        offered: on which days procedures were offered full-online.
        units: the resolving units that were meant; None is every dossier.
    """

    unit_code: str | None
    period: Period
    as_of: datetime
    calendar_revision: int
    event_head: int
    rows: Sequence[tuple[Evidence, Tally]]
    names: Mapping[str, str]
    offered: FullOnline
    units: frozenset[str | None] | None = None


@dataclass(frozen=True)
class EvidenceList:
    """The dossiers behind one number, by code, and what they were judged from."""

    number: str
    unit_code: str | None
    period: Period
    as_of: datetime
    calendar_revision: int
    event_head: int
    rows: Sequence[Evidence]

    @property
    def value(self) -> int:
        """The number: how many there are."""
        return len(self.rows)

    @cached_property
    def content(self) -> bytes:
        """The list as canonical CSV."""
        return canonical_list(self.rows)

    @cached_property
    def sha256(self) -> str:
        """The fingerprint of that CSV: two lists with the same one are the same list."""
        return fingerprint(self.content)


def gather(
    session: Session,
    period: Period,
    place: Place,
    scope: Scope,
    *,
    as_of: datetime,
    most: int | None = None,
) -> Gathered:
    """Return every dossier of ``period`` and ``place``; more than ``most`` are refused.

    Raises:
        NotFoundError: no such unit, or outside ``scope``: the answers are the same.
        ListTooLongError: there are more than ``most``.
    """
    reference = load_reference(session)
    units = units_of(session, place, scope)
    rows, head = list_evidence(session, period, units, most=most)
    refuse_more(len(rows), most)
    offered = map_full_online(session)
    return Gathered(
        unit_code=place.unit_code,
        period=period,
        as_of=as_of,
        calendar_revision=reference.calendar.revision,
        event_head=head,
        rows=judge(sorted(rows, key=attrgetter("code")), period, offered),
        names={code: unit.name for code, unit in reference.units.items()},
        offered=offered,
        units=units,
    )


def refuse_more(found: int, most: int | None) -> None:
    """Raise ListTooLongError if more than ``most`` dossiers were found; None is no limit."""
    if most is not None and found > most:
        raise ListTooLongError(
            f"Kỳ này có hơn {most} hồ sơ; hãy chọn đơn vị hoặc kỳ nhỏ hơn.",
            f"more than {most} dossiers; choose a unit or a shorter period",
            limit=str(most),
        )


def judge(
    rows: Iterable[Evidence], period: Period, offered: FullOnline
) -> list[tuple[Evidence, Tally]]:
    """Return each dossier with the counts that it alone adds to in ``period``."""
    return [(row, _tally_of(int(stand(row, period, offered)))) for row in rows]


def list_behind(gathered: Gathered, name: str) -> EvidenceList:
    """Return the dossiers behind the number called ``name``: those whose own tally says 1.

    Raises:
        NumberUnknownError: there is no such number.
    """
    number = find_number(name)
    return EvidenceList(
        number=number.name,
        unit_code=gathered.unit_code,
        period=gathered.period,
        as_of=gathered.as_of,
        calendar_revision=gathered.calendar_revision,
        event_head=gathered.event_head,
        rows=[row for row, tally in gathered.rows if number.of(tally)],
    )


def units_of(session: Session, place: Place, scope: Scope) -> frozenset[str | None] | None:
    """Return the resolving units of a place within a scope; None is every dossier.

    Raises:
        NotFoundError: no such unit, or outside ``scope``: the answers are the same.
        PlaceAmbiguousError: a unit was named, and the unassigned bucket too.
    """
    if place.is_unassigned:
        if place.unit_code is not None:
            raise PlaceAmbiguousError(
                "Chỉ chọn một trong hai: một đơn vị, hoặc hồ sơ chưa phân đơn vị.",
                "choose one unit or the dossiers without a unit, not both",
                field="unassigned",
            )
        if not scope.everything:
            raise unit_not_found()
        return frozenset({None})
    if place.unit_code is not None:
        return frozenset(whole_unit(session, scope, place.unit_code).units)
    return None if scope.everything else frozenset(scope.units)


@cache
def _tally_of(standing: int) -> Tally:
    """Return the counts of one dossier; a register knows few standings."""
    return tally_standing(Fact(standing))
