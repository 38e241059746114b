"""The demonstration's stage: which communes take part, who works there, what is offered online."""

from __future__ import annotations

from datetime import datetime
from random import Random

from sqlalchemy.orm import Session

from tthc.domain.demonstration.arrivals import Stage, set_stage
from tthc.domain.demonstration.desks import FIRST_UNITS, Desk, Place, open_desks, staff_of
from tthc.domain.demonstration.procedures import (
    LEVELS,
    LEVELS_BASIS,
    LEVELS_FROM,
    LEVELS_SOURCE,
)
from tthc.domain.moment import civil_day
from tthc.domain.reference import UnitLevel
from tthc.services.accounts import (
    DEMO_DOMAIN,
    DEMO_PASSWORD,
    NewUser,
    add_user,
    grant_role,
    list_users,
)
from tthc.services.loading import LevelDecision, load_service_levels
from tthc.services.passwords import HashCost
from tthc.services.reference import Reference, load_reference
from tthc.storage.queries import demonstration as queries

PROVINCE = "25"
CHEAP = HashCost(memory_kib=256)
"""The password of the demonstration users is published: a dear hash would protect nothing."""


def is_empty(session: Session) -> bool:
    """Say whether there is no dossier at all."""
    return not queries.has_dossiers(session)


def prepare_demonstration(session: Session, communes: int, rng: Random, *, now: datetime) -> Stage:
    """Open the first ``communes`` desks with their users and online services; return the stage.

    Done twice, it adds nothing. The services offered online are invented, and say so.

    Raises:
        NotReadyError: no reference data is loaded.
    """
    reference = load_reference(session)
    desks = open_desks(_places(reference, communes), rng)
    _add_staff(session, desks, now=now)
    load_service_levels(session, _decisions(reference), now=now)
    return set_stage(desks, reference.procedures, reference.calendar_of, today=civil_day(now))


def staff_demonstration(session: Session, communes: int, rng: Random, *, now: datetime) -> int:
    """Add the users of the first ``communes`` desks where there is no user at all; return how many.

    Where somebody has an account already, published passwords would open what is theirs.

    Raises:
        NotReadyError: no reference data is loaded.
    """
    if list_users(session):
        return 0
    _add_staff(session, open_desks(_places(load_reference(session), communes), rng), now=now)
    return count_staff(session)


def count_staff(session: Session) -> int:
    """Return how many demonstration users there are."""
    return len(list_users(session, email_suffix=DEMO_DOMAIN))


def _places(reference: Reference, communes: int) -> list[Place]:
    found = [
        Place(unit.code, unit.agency_code, unit.name, reference.calendar_of(unit.code))
        for unit in reference.units.values()
        if unit.level is UnitLevel.COMMUNE and unit.parent_code == PROVINCE and unit.agency_code
    ]
    rank = {code: index for index, code in enumerate(FIRST_UNITS)}
    found.sort(key=lambda p: (rank.get(p.unit_code, len(rank)), p.agency_code))
    return found[:communes]


def _add_staff(session: Session, desks: list[Desk], *, now: datetime) -> None:
    known = {entry.username for entry in list_users(session)}
    for member in staff_of(desks, PROVINCE):
        if member.username not in known:
            email = f"{member.username}{DEMO_DOMAIN}"
            new = NewUser(member.username, member.display_name, DEMO_PASSWORD, email)
            add_user(session, new, cost=CHEAP, now=now)
        grant_role(session, member.username, member.role, member.unit_code, now=now)


def _decisions(reference: Reference) -> list[LevelDecision]:
    return [
        LevelDecision(code, level, LEVELS_FROM, LEVELS_BASIS, LEVELS_SOURCE)
        for code, level in LEVELS.items()
        if code in reference.procedures
    ]
