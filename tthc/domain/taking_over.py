"""The life of a dossier taken over from another system, as events of ours."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from tthc.domain.deadlines import given_due
from tthc.domain.dossier import DossierState
from tthc.domain.imports import Intake
from tthc.domain.ledger import Due
from tthc.domain.lifecycle import Action, Status
from tthc.domain.outcomes import set_due


@dataclass(frozen=True, slots=True)
class Told:
    """One event of a life taken over; ``due`` is set where it brought a due date."""

    action: Action
    at: datetime
    state: DossierState
    due: Due | None = None


_BEGINS_AS = {Status.REFUSED: Status.REGISTERED}
_CLOSED_BY = {
    Status.REFUSED: Action.REFUSE,
    Status.WITHDRAWN: Action.WITHDRAW,
    Status.STOPPED: Action.STOP,
}


def tell_life(intake: Intake, unit: str | None, procedure: str | None) -> list[Told]:
    """Return the events of a dossier taken over: how it came, and how it ended if it did.

    A dossier registered or refused at the counter was never received. The other system's
    present status is kept even where the steps to it are not known.
    """
    ends = intake.finished_at or intake.closed_at
    begins = _BEGINS_AS.get(intake.status, Status.PROCESSING) if ends else intake.status
    counts = begins is not Status.REGISTERED
    at = intake.received_at
    state = DossierState(
        version=1,
        status=begins,
        procedure_code=procedure,
        channel=intake.channel,
        receiving_unit=unit,
        resolving_unit=unit,
        officer=intake.officer,
        registered_at=at,
        received_at=at if counts else None,
        last_event_at=at,
    )
    outcome = set_due(state, given_due(intake.due_at) if intake.due_at else None, at)
    life = [Told(Action.TAKE_OVER, at, outcome.state, outcome.due)]
    if intake.closed_at is not None:
        life.append(_closed(life[-1].state, intake.status, intake.closed_at))
    if intake.finished_at is not None:
        life.append(_finished(life[-1].state, intake, intake.finished_at))
    if intake.returned_at is not None:
        life.append(_returned(life[-1].state, intake.returned_at))
    return life


def _closed(state: DossierState, status: Status, at: datetime) -> Told:
    ended_at = None if status is Status.REFUSED else at
    moved = replace(state, version=2, status=status, ended_at=ended_at, last_event_at=at)
    return Told(_CLOSED_BY[status], at, moved)


def _finished(state: DossierState, intake: Intake, at: datetime) -> Told:
    status = intake.status if intake.returned_at is None else Status.FINISHED
    moved = replace(state, version=2, status=status, finished_at=at, ended_at=at, last_event_at=at)
    return Told(Action.FINISH, at, moved)


def _returned(state: DossierState, at: datetime) -> Told:
    moved = replace(state, version=3, status=Status.RETURNED, returned_at=at, last_event_at=at)
    return Told(Action.RETURN, at, moved)
