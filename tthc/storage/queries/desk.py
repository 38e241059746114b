"""What a desk asks all day: its counters, the dossiers behind them, and who has been here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import Session

from tthc.domain.lifecycle import CLOCK_RUNS, OPEN, Status
from tthc.domain.parties import PartyRole
from tthc.domain.reminding import Reminder
from tthc.domain.scope import Scope
from tthc.storage.queries.alerts import IS_APOLOGISED
from tthc.storage.queries.dossiers import LISTED, ListedDossier, listed
from tthc.storage.tables.dossiers import Dossier, Party

WAITING = OPEN | {Status.REGISTERED, Status.FINISHED}
"""The statuses in which a dossier can be a reminder."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When a desk looks, and until when what is due counts as due soon."""

    now: datetime
    soon: datetime


def tally_reminders(session: Session, scope: Scope, at: Moment) -> dict[Reminder, int]:
    """Count the dossiers of ``scope`` in each reminder: one statement."""
    counts = [
        func.count().filter(condition).label(reminder.value)
        for reminder, condition in _conditions(at).items()
    ]
    query = select(*counts).where(_within(scope), Dossier.status.in_(WAITING))
    row = session.execute(query).one()
    return {reminder: row[i] for i, reminder in enumerate(Reminder)}


def list_reminded(
    session: Session, scope: Scope, reminder: Reminder, at: Moment, *, limit: int
) -> list[ListedDossier]:
    """Return the dossiers behind a counter, the most urgent first."""
    query = (
        LISTED.where(_within(scope), _conditions(at)[reminder])
        .order_by(Dossier.due_at.asc().nulls_last(), Dossier.id)
        .limit(limit)
    )
    return listed(session, query)


def _conditions(at: Moment) -> Mapping[Reminder, ColumnElement[bool]]:
    judged_at = func.coalesce(Dossier.stopped_at, at.now)
    runs = and_(Dossier.status.in_(CLOCK_RUNS), Dossier.stopped_at.is_(None))
    is_late = Dossier.overdue_at <= judged_at
    by_status = {
        Reminder.NEW: Status.REGISTERED,
        Reminder.RECEIVED: Status.RECEIVED,
        Reminder.PROCESSING: Status.PROCESSING,
        Reminder.SUPPLEMENT: Status.SUPPLEMENT_REQUESTED,
        Reminder.PAYMENT: Status.PAYMENT_REQUESTED,
        Reminder.TO_RETURN: Status.FINISHED,
    }
    conditions = {
        **{reminder: Dossier.status == status for reminder, status in by_status.items()},
        Reminder.DUE: and_(
            runs,
            Dossier.due_at < at.soon,
            Dossier.overdue_at > at.now,
        ),
        Reminder.OVERDUE: and_(Dossier.status.in_(OPEN), is_late),
        Reminder.UNAPOLOGISED: and_(runs, is_late, ~IS_APOLOGISED),
    }
    return {reminder: conditions[reminder] for reminder in Reminder}


def _within(scope: Scope) -> ColumnElement[bool]:
    if scope.everything:
        return true()
    units = sorted(scope.units)
    return or_(Dossier.receiving_unit.in_(units), Dossier.resolving_unit.in_(units))


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for: the beginning of a code, or words of a name in search form."""

    code: str | None
    words: tuple[str, ...] = ()


def search_dossiers(
    session: Session, scope: Scope, sought: Sought, *, limit: int
) -> list[ListedDossier]:
    """Return the newest dossiers of ``scope`` with that code, or a person of that name in them."""
    by_name = [Party.name_search.contains(word, autoescape=True) for word in sought.words]
    named = select(Party.dossier_id).where(Party.dossier_id == Dossier.id, *by_name).exists()
    by_code = Dossier.code.startswith(sought.code, autoescape=True) if sought.code else false()
    query = (
        LISTED.where(_within(scope), or_(by_code, named if by_name else false()))
        .order_by(Dossier.id.desc())
        .limit(limit)
    )
    return listed(session, query)


def find_similar(
    session: Session, scope: Scope, procedure_code: str, name_search: str, *, since: datetime
) -> list[tuple[ListedDossier, str | None]]:
    """Return dossiers of the procedure since an instant whose applicant has this name.

    Beside each stands the applicant's identity number. Found by the index on names.
    """
    query = (
        LISTED.add_columns(Party.identity_number)
        .join(Party, Party.dossier_id == Dossier.id)
        .where(
            Party.name_search == name_search,
            Party.role == PartyRole.APPLICANT,
            Dossier.procedure_code == procedure_code,
            Dossier.registered_at >= since,
            _within(scope),
        )
        .order_by(Dossier.id.desc())
        .limit(5)
    )
    return [(ListedDossier(*row[:-1]), row[-1]) for row in session.execute(query)]
