"""Dossiers that live at random: any action at any hour, again and again, as the rules allow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from tests import make
from tthc.domain.dossier import PAUSE_REASONS, Channel, Details, ReturnForm, SubmittedBy
from tthc.domain.errors import TthcError
from tthc.domain.lifecycle import TRANSITIONS
from tthc.domain.moment import civil_day
from tthc.services.dossiers import Command, act_on_dossier, lodge_dossier

PROCEDURES = (make.GUARDIANSHIP, make.BIRTH, make.MARRIAGE, make.WATER)
UNITS = (make.TAN_LAC, make.MUONG_BI)
PAUSES = (20, 90, 500, 1_440, 2_900, 7_000)
"""Minutes between two actions; some within a day, some over weeks."""


def wander(
    session: Session,
    count: int,
    rng: Random,
    *,
    first: datetime,
    now: datetime,
    procedures: Sequence[str] = PROCEDURES,
) -> None:
    """Lodge ``count`` dossiers from ``first`` on and let each do what it likes until ``now``."""
    for _ in range(count):
        at = first + timedelta(minutes=rng.randrange(int((now - first).total_seconds() / 60)))
        dossier = lodge_dossier(
            session, _application(rng, at, procedures), make.everybody(), now=now
        ).dossier
        while (at := at + timedelta(minutes=rng.choice(PAUSES))) < now and rng.random() < 0.9:
            choices = [action for status, action in TRANSITIONS if status == dossier.status]
            if not choices:
                break
            action = rng.choice(sorted(choices))
            order = (action, Command(_details(rng, at), happened_at=at))
            try:
                act_on_dossier(session, dossier.code, order, make.everybody(), now=now)
            except TthcError:
                continue


def _application(rng: Random, at: datetime, procedures: Sequence[str]):
    channel = rng.choice(list(Channel))
    return make.an_application(
        procedure_code=rng.choice(procedures),
        channel=channel,
        submitted_by=rng.choice(list(SubmittedBy)),
        receiving_unit=rng.choice(UNITS),
        resolving_unit=rng.choice(UNITS),
        happened_at=at,
    )


def _details(rng: Random, at: datetime) -> Details:
    return Details(
        reason="Lý do",
        papers=("Giấy tờ",),
        officer="officer",
        responsible_unit=make.TAN_LAC,
        new_due_on=civil_day(at) + timedelta(days=rng.randrange(1, 30)),
        result_code="01/QĐ",
        return_form=ReturnForm.AT_DESK,
        is_result_electronic=rng.random() < 0.5,
        payment_kind=None,
        stop_reason=rng.choice(sorted(PAUSE_REASONS)),
    )
