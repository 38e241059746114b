"""What the desk may offer somebody at the counter: procedures, and the date before it is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tthc.domain.accounts import Actor
from tthc.domain.catalogue import OfferedLimit, ProcedureEntry
from tthc.domain.deadlines import compute_due
from tthc.domain.dossier import Channel
from tthc.domain.errors import RuleError
from tthc.domain.moment import civil_day
from tthc.domain.text import search_form
from tthc.services.catalogue import list_procedures
from tthc.services.deadlines import Explanation, explain_due
from tthc.services.reference import load_reference


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody applies for, and where it is handed in; None is the actor's only unit."""

    procedure_code: str
    case_code: str
    channel: Channel
    receiving_unit: str | None = None


def suggest_procedures(
    session: Session, text: str, *, now: datetime, limit: int
) -> list[ProcedureEntry]:
    """Return procedures in force that ``text`` may mean, the likeliest first.

    It holds the code, words of the name in any order and without accents, or the first letters
    of neighbouring words: ``ks`` finds khai sinh.
    """
    wanted = search_form(text)
    ranked = [
        (rank, len(entry.name), entry.code, entry)
        for entry in list_procedures(session, None)
        if (rank := _rank(entry, wanted)) is not None and list_offers(entry, now=now)
    ]
    return [entry for *_, entry in sorted(ranked, key=lambda row: row[:3])[:limit]]


def _rank(entry: ProcedureEntry, wanted: str) -> int | None:
    """Return how well a procedure fits, 0 best; None when it does not."""
    name = entry.name_search
    fits = (
        wanted in name or wanted in entry.code,
        all(word in name for word in wanted.split()),
        wanted in "".join(word[0] for word in name.split()),
    )
    return fits.index(True) if wanted and True in fits else None


def list_offers(entry: ProcedureEntry, *, now: datetime) -> Sequence[OfferedLimit]:
    """Return what a procedure offers today, by case and channel; nothing out of force."""
    day = civil_day(now)
    return next((v.offers for v in entry.versions if v.is_valid_on(day)), ())


def promise(session: Session, wish: Wish, actor: Actor, *, now: datetime) -> Explanation:
    """Return when a dossier received now would be due, and why, without writing anything.

    Raises:
        RuleError: no such procedure, case or channel in force, or no unit named.
        CalendarGapError: the limit reaches a year without a calendar.
    """
    reference = load_reference(session)
    code = wish.receiving_unit or actor.scope.only_unit
    if code is None:
        raise RuleError(
            "Phải chọn đơn vị tiếp nhận.", "name the receiving unit", field="receiving_unit"
        )
    unit = reference.unit(code, field="receiving_unit")
    wanted = (wish.case_code, wish.channel, unit.area_class)
    offered = reference.offered(wish.procedure_code, civil_day(now), wanted)
    offices = reference.offices(unit.code, unit.code)
    due = compute_due(now, offered.offer.limit, offices, offered.cited)
    return explain_due(due, offices.work, judged_at=now)
