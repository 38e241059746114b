"""Citizens who left an address at the desk, and what reaches them."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import make
from tthc.jobs.letters import LETTER_FOLDER, read_letter_rules
from tthc.services.letters import LetterRules
from tthc.storage.tables.dossiers import Dossier
from tthc.storage.tables.notices import CitizenNotice

CITIZEN = "hoa.bui@example.org"
DELAY = timedelta(minutes=5)
"""How long the project's own rules let a notice wait."""


@cache
def letter_rules() -> LetterRules:
    """The project's own letters, read once."""
    return read_letter_rules(make.ROOT / LETTER_FOLDER)


def a_told_dossier(session: Session, email: str = CITIZEN, **changes) -> Dossier:
    """A dossier of ``make.a_dossier`` whose applicant gave an address."""
    applicant = make.a_person(email=email, phone="0912 345 678")
    dossier = make.a_dossier(session, **({"applicant": applicant} | changes))
    session.flush()
    return dossier


def notices(session: Session) -> list[CitizenNotice]:
    session.expire_all()
    return list(session.scalars(select(CitizenNotice).order_by(CitizenNotice.id)))
