"""Dossiers with papers, fees and payments that change over time."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from tests import make
from tthc.domain.dossier import Channel, Details, PaymentKind
from tthc.domain.errors import TthcError
from tthc.domain.lifecycle import Action
from tthc.domain.receipt import Fee, Paper
from tthc.services.dossiers import Command, act_on_dossier, lodge_dossier

PROCEDURES = (make.GUARDIANSHIP, make.BIRTH, make.MARRIAGE, make.WATER)
LIFE = (Action.ACCEPT, Action.HAND_OVER, Action.REQUEST_PAYMENT, Action.CONFIRM_PAYMENT,
        Action.FINISH, Action.RETURN)  # fmt: skip


def papers(count: int, digitised: int, reused: int = 0) -> tuple[Paper, ...]:
    return tuple(
        Paper(f"Giấy tờ {n}", is_digitised=n < digitised, is_reused=n < reused)
        for n in range(count)
    )


def live(session: Session, count: int, rng: Random, *, first: datetime, now: datetime) -> None:
    """Lodge ``count`` dossiers; each goes some way through a life in which it may be paid."""
    for _ in range(count):
        at = first + timedelta(minutes=rng.randrange(int((now - first).total_seconds() / 60)))
        code = lodge_dossier(session, _application(rng, at), make.everybody(), now=now).dossier.code
        for action in LIFE:
            at += timedelta(minutes=rng.choice((30, 400, 3_000, 9_000)))
            if at >= now or rng.random() < 0.12:
                break
            if action is Action.REQUEST_PAYMENT and rng.random() < 0.4:
                continue
            order = (action, Command(_details(rng), happened_at=at))
            try:
                act_on_dossier(session, code, order, make.everybody(), now=now)
            except TthcError:
                continue


def _application(rng: Random, at: datetime):
    total = rng.randrange(0, 6)
    digitised = rng.randrange(total + 1)
    return make.an_application(
        procedure_code=rng.choice(PROCEDURES),
        channel=rng.choice(list(Channel)),
        receiving_unit=rng.choice((make.TAN_LAC, make.MUONG_BI)),
        papers=papers(total, digitised, rng.randrange(digitised + 1)),
        fees=(Fee("Lệ phí", 15_000),) if rng.random() < 0.5 else (),
        payment_kind=rng.choice([None, *PaymentKind]),
        happened_at=at,
    )


def _details(rng: Random) -> Details:
    return Details(
        reason="Lý do",
        is_result_electronic=rng.random() < 0.6,
        payment_kind=rng.choice([None, PaymentKind.ON_PORTAL, PaymentKind.VIA_GATEWAY]),
    )
