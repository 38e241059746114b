"""Changing where an applicant is told of a dossier, or that they are not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from tthc.domain.accounts import Actor
from tthc.domain.errors import ConflictError
from tthc.domain.lifecycle import Action
from tthc.domain.parties import Contact
from tthc.services.dossiers import Command, DossierSheet, act_on_dossier
from tthc.services.notices import applicant_of
from tthc.storage.queries.notices import revive_parked


class ApplicantUnknownError(ConflictError):
    """Nobody is known who could be told."""

    code = "applicant_unknown"


def set_contact(
    session: Session, code: str, order: tuple[Contact, Command], actor: Actor, *, now: datetime
) -> DossierSheet:
    """Write down where and whether the applicant is told from now on; the event tells no address.

    What waits goes to the new address, and what was given up is tried there. Who wants to hear
    nothing more gets nothing more, not even what was written down before.

    Raises:
        NotFoundError, StaleError, TransitionRefusedError: as for every action; there is nothing
            more to tell of a dossier that has ended.
        ApplicantUnknownError: the dossier came without a person.
    """
    contact, command = order
    details = replace(command.details, notify_by=contact.notify_by)
    told = (Action.SET_CONTACT, replace(command, details=details))
    sheet = act_on_dossier(session, code, told, actor, now=now)
    applicant = applicant_of(sheet.parties)
    if applicant is None:
        raise ApplicantUnknownError(
            "Hồ sơ không có thông tin người nộp.", "nobody is known as the applicant"
        )
    applicant.email, applicant.notify_by = contact.email, contact.notify_by
    session.flush()
    revive_parked(session, now=now, dossier_id=sheet.dossier.id)
    return sheet
