"""Builders of valid rows. Every argument has a default; a test names only what it is about."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from sqlalchemy.orm import Session

from tthc.domain.accounts import Actor, Role
from tthc.domain.dossier import Channel, SubmittedBy
from tthc.domain.parties import IdentityKind, Person
from tthc.domain.receipt import NewDossier
from tthc.domain.scope import EVERYTHING, Scope
from tthc.jobs.reference import read_reference
from tthc.services.accounts import NewUser, add_user, grant_role
from tthc.services.dossiers import lodge_dossier
from tthc.services.loading import ReferenceFiles, load_reference_files
from tthc.services.passwords import HashCost
from tthc.storage.tables.dossiers import Dossier

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
"""Monday 2 March 2026, 10:00 in Viet Nam."""

TAN_LAC, MUONG_BI, PROVINCE = "05128", "05158", "25"
BIRTH, MARRIAGE, GUARDIANSHIP, WATER = "1.001193", "1.000894", "1.004837", "1.001662"
LINKED = "2.000986"
"""A liên thông procedure of three stages: 1, 7 and 5 working days; 20 days for the citizen."""
CHEAP = HashCost(memory_kib=8, passes=1, lanes=1)
PASSWORD = "correct horse battery"


@cache
def reference_files() -> ReferenceFiles:
    """The project's own reference files, read once."""
    return read_reference(ROOT / "config" / "reference")


def a_desk(session: Session) -> None:
    """Load the project's own reference data: 148 communes, the catalogue, the calendar."""
    load_reference_files(session, reference_files(), now=NOW)
    session.flush()


def a_clerk(unit: str = TAN_LAC, username: str = "clerk", user_id: int = 1) -> Actor:
    """Somebody at the desk of ``unit``, as a value; there is no account behind it."""
    return Actor(user_id, username, frozenset({Role.RECEPTION}), Scope(units=frozenset({unit})))


def everybody() -> Actor:
    """Somebody who sees everything."""
    return Actor(1, "all", frozenset({Role.INTEGRATOR}), EVERYTHING)


def a_person(name: str = "Bùi Thị Hoà", **changes) -> Person:
    values = {"identity_kind": IdentityKind.PERSONAL_ID, "identity_number": "017185000123"}
    return Person(name, **(values | changes))


def an_application(**changes) -> NewDossier:
    """A guardianship (3 working days) handed in at the desk of Tân Lạc by the citizen."""
    values = {
        "procedure_code": GUARDIANSHIP,
        "channel": Channel.DIRECT,
        "submitted_by": SubmittedBy.CITIZEN,
        "applicant": a_person(),
        "receiving_unit": TAN_LAC,
    }
    return NewDossier(**(values | changes))


def a_dossier(session: Session, *, now: datetime = NOW, **changes) -> Dossier:
    """A dossier of ``a_desk``, received at NOW and due on Thursday 5 March 2026."""
    return lodge_dossier(session, an_application(**changes), everybody(), now=now).dossier


def a_user(session: Session, username: str, *grants: tuple[Role, str | None]) -> None:
    """An account with a password (PASSWORD) and an address."""
    new = NewUser(username, username.title(), PASSWORD, email=f"{username}@example.org")
    add_user(session, new, cost=CHEAP, now=NOW)
    for role, unit in grants:
        grant_role(session, username, role, unit, now=NOW)
    session.flush()
