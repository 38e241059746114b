"""The life of one invented dossier: every event by the same rules as at the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random
from typing import Any

from tthc.domain.actions import act
from tthc.domain.deadlines import Offices
from tthc.domain.demonstration.arrivals import Arrival
from tthc.domain.demonstration.people import invent_person
from tthc.domain.demonstration.procedures import COPIES, invent_fees, invent_papers
from tthc.domain.dossier import (
    Channel,
    Details,
    DossierState,
    PaymentKind,
    ReturnForm,
    SubmittedBy,
)
from tthc.domain.ledger import Due
from tthc.domain.lifecycle import Action
from tthc.domain.outcomes import Outcome, Rules, choose_limit, receive
from tthc.domain.receipt import NewDossier
from tthc.domain.stages import StagePlan, StageRun

ONLINE_PAYMENT = ((PaymentKind.ON_PORTAL, 0.7), (PaymentKind.VIA_GATEWAY, 0.9))
DESK_PAYMENT = ((PaymentKind.ON_PORTAL, 0.15), (PaymentKind.VIA_GATEWAY, 0.4))
BY_POST, ELECTRONIC_ONLINE = 0.04, 0.55


@dataclass(frozen=True, slots=True)
class Step:
    """Something somebody does to a dossier."""

    action: Action
    actor: str
    at: datetime
    details: Details


@dataclass(frozen=True, slots=True)
class Event:
    """A step that was taken, with what it made of the dossier."""

    action: Action
    actor: str
    at: datetime
    facts: Mapping[str, Any]
    outcome: Outcome


@dataclass(slots=True)
class Life:
    """A dossier as far as it has been told."""

    arrival: Arrival
    new: NewDossier
    steps: list[Step] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    due: Due | None = None
    runs: dict[tuple[int, int], StageRun] = field(default_factory=dict)

    @property
    def state(self) -> DossierState:
        """What is known of the dossier now."""
        return self.events[-1].outcome.state

    def begin(self) -> None:
        """Lodge the dossier: received at the desk, registered when online."""
        arrival, new = self.arrival, self.new
        is_online = new.channel is Channel.ONLINE
        state = _first_state(arrival, new)
        outcome = Outcome(state) if is_online else receive(state, at=arrival.at, rules=self._rules)
        action = Action.REGISTER if is_online else Action.RECEIVE
        facts = {"case_code": new.case_code}
        self._keep(Event(action, arrival.desk.reception, arrival.at, facts, outcome))

    def take(self, step: Step) -> None:
        """Go one step further, or raise what the rules raise."""
        outcome = act(self.state, step.action, step.details, at=step.at, rules=self._rules)
        self.steps.append(step)
        facts = step.details.as_facts() | dict(outcome.facts)
        self._keep(Event(step.action, step.actor, step.at, facts, outcome))

    def _keep(self, event: Event) -> None:
        self.events.append(event)
        self.due = event.outcome.due or self.due
        self.runs |= {(run.round, run.number): run for run in event.outcome.stages}

    @property
    def _rules(self) -> Rules:
        arrival = self.arrival
        offices = Offices(arrival.desk.place.calendar, arrival.resolving.place.calendar)
        limit, cited = arrival.offer.limit, arrival.cited
        return Rules(offices, limit, self.due, cited=cited, stages=self.plan)

    @property
    def plan(self) -> StagePlan | None:
        """The stages it goes through, with the one it is in; None without."""
        running = (run for run in self.runs.values() if run.ended_at is None)
        plan = self.arrival.plan
        return replace(plan, running=next(running, None)) if plan else None


def invent_application(arrival: Arrival, rng: Random) -> NewDossier:
    """Return what is handed in, by people who do not exist."""
    kind, commune = arrival.kind, arrival.desk.place.name
    fees = invent_fees(kind, rng)
    is_online = arrival.offer.channel is Channel.ONLINE
    by_another = arrival.submitted_by is SubmittedBy.AUTHORISED
    return NewDossier(
        procedure_code=kind.code,
        channel=arrival.offer.channel,
        submitted_by=arrival.submitted_by,
        applicant=invent_person(rng, commune),
        case_code=arrival.offer.case_code,
        receiving_unit=arrival.desk.place.unit_code,
        resolving_unit=arrival.resolving.place.unit_code,
        happened_at=arrival.at,
        owner=invent_person(rng, commune) if by_another else None,
        papers=invent_papers(kind, arrival.desk.digitised, rng),
        fees=fees,
        payment_kind=_payment(rng, is_online=is_online) if fees else None,
        return_form=_return_form(rng, is_online=is_online),
        summary="Chứng thực bản sao từ bản chính" if kind.code == COPIES else None,
    )


def _payment(rng: Random, *, is_online: bool) -> PaymentKind:
    chance = rng.random()
    for kind, limit in ONLINE_PAYMENT if is_online else DESK_PAYMENT:
        if chance < limit:
            return kind
    return PaymentKind.NOT_YET


def _return_form(rng: Random, *, is_online: bool) -> ReturnForm:
    chance = rng.random()
    if chance < BY_POST:
        return ReturnForm.POSTAL
    return ReturnForm.ELECTRONIC if is_online and chance < ELECTRONIC_ONLINE else ReturnForm.AT_DESK


def _first_state(arrival: Arrival, new: NewDossier) -> DossierState:
    state = DossierState(
        version=1,
        procedure_code=new.procedure_code,
        channel=new.channel,
        submitted_by=new.submitted_by,
        receiving_unit=new.receiving_unit,
        resolving_unit=new.resolving_unit,
        registered_at=arrival.at,
        return_form=new.return_form,
        payment_kind=new.payment,
        fee_total=new.fee_total,
        paper_count=len(new.papers),
        digitised_count=sum(paper.is_digitised for paper in new.papers),
        reused_count=sum(paper.is_reused for paper in new.papers),
        last_event_at=arrival.at,
    )
    return choose_limit(state, arrival.offer.id, arrival.cited)
