"""What a desk asks all day: what wants attention, where a dossier is, whether it came before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from tthc.domain.accounts import Actor
from tthc.domain.errors import CalendarGapError
from tthc.domain.moment import ONE_DAY, civil_day, start_of_day
from tthc.domain.reminding import Reminder
from tthc.domain.text import search_form
from tthc.services.dossiers import DossierLine
from tthc.services.reference import load_reference
from tthc.storage.queries import desk as queries
from tthc.storage.queries.desk import Moment, Sought
from tthc.storage.queries.dossiers import ListedDossier, map_applicants

SHORTEST_SEARCH = 2
SIMILAR_WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a dossier being written down has in common with earlier ones."""

    procedure_code: str
    name: str
    identity_number: str | None


def count_reminders(session: Session, actor: Actor, *, now: datetime) -> Mapping[Reminder, int]:
    """Return how many of the actor's dossiers are in each reminder."""
    return queries.tally_reminders(session, actor.scope, _moment(session, actor, now=now))


def list_reminded(
    session: Session, reminder: Reminder, actor: Actor, *, now: datetime, limit: int
) -> list[DossierLine]:
    """Return the dossiers behind one counter, the most urgent first."""
    at = _moment(session, actor, now=now)
    return _lines(session, queries.list_reminded(session, actor.scope, reminder, at, limit=limit))


def search_dossiers(session: Session, text: str, actor: Actor, *, limit: int) -> list[DossierLine]:
    """Return the actor's newest dossiers with ``text`` in a person's name, or beginning a code.

    Names are found without accents, their words in any order. Less than two letters find nothing.
    """
    wanted = search_form(text)
    if len(wanted) < SHORTEST_SEARCH:
        return []
    has_digits = any(letter.isdigit() for letter in wanted)
    sought = Sought(text.strip().upper(), ()) if has_digits else Sought(None, (*wanted.split(),))
    return _lines(session, queries.search_dossiers(session, actor.scope, sought, limit=limit))


def find_similar(
    session: Session, like: Likeness, actor: Actor, *, now: datetime
) -> Sequence[ListedDossier]:
    """Return the actor's dossiers of the last 30 days that this one may repeat.

    The same procedure and applicant: the same name, and no two different identity numbers.
    """
    found = queries.find_similar(
        session,
        actor.scope,
        like.procedure_code,
        search_form(like.name),
        since=now - SIMILAR_WITHIN,
    )
    mine = like.identity_number
    return [dossier for dossier, number in found if not mine or number in {None, mine}]


def _moment(session: Session, actor: Actor, *, now: datetime) -> Moment:
    """Return ``now``, and the end of the next working day of the actor's unit."""
    calendar = load_reference(session).calendar_of(actor.scope.only_unit)
    today = civil_day(now)
    try:
        last = calendar.nth_working_day_after(today, 1)
    except CalendarGapError:
        last = today + ONE_DAY
    return Moment(now, start_of_day(last + ONE_DAY))


def _lines(session: Session, found: Sequence[ListedDossier]) -> list[DossierLine]:
    names = map_applicants(session, [dossier.id for dossier in found]) if found else {}
    return [DossierLine(dossier, names.get(dossier.id)) for dossier in found]
