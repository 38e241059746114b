"""A month with its dossiers, who closes it, and what is typed in afterwards."""

from __future__ import annotations

from datetime import UTC, date, datetime

from tests import make
from tests.jobs.alerting import act
from tthc.domain.accounts import Actor, Role
from tthc.domain.closing import Gate
from tthc.domain.dossier import Details
from tthc.domain.lifecycle import Action
from tthc.domain.scope import EVERYTHING, Scope
from tthc.services.closings import Wish, close_period, find_report
from tthc.services.dossiers import Command, act_on_dossier
from tthc.services.metrics import make_period, measure_unit

NEXT_MONTH = datetime(2026, 4, 2, 3, 0, tzinfo=UTC)
MARCH = (date(2026, 3, 1), date(2026, 4, 1))
APRIL = (date(2026, 4, 1), date(2026, 5, 1))
GATE = Gate()


def somebody(name, unit=make.TAN_LAC):
    return Actor(1, name, frozenset({Role.MANAGER}), Scope(units=frozenset({unit})))


AN, BINH = somebody("an"), somebody("binh")


def a_march(session):
    """Four dossiers of March: two finished, one withdrawn, one pending."""
    make.a_desk(session)
    codes = [make.a_dossier(session).code for _ in range(4)]
    for code in codes[:2]:
        act(session, code, Action.HAND_OVER)
        act(session, code, Action.FINISH)
    act(session, codes[2], Action.WITHDRAW, reason="Rút")
    session.flush()
    return codes


def close(session, period=MARCH, actor=AN, reason=None, gate=GATE, now=NEXT_MONTH):
    session.flush()
    wish = Wish(make.TAN_LAC, *period, reason)
    return close_period(session, wish, actor, gate, now=now).closing


def told(session, closing, number=None):
    return find_report(session, closing.id, number, AN).pack


def finish_late(session, code, *, at, now):
    """Type in what is said to have happened before."""
    for action in (Action.HAND_OVER, Action.FINISH):
        act_on_dossier(
            session, code, (action, Command(Details(), happened_at=at)), make.everybody(), now=now
        )


def march_of(session):
    period = make_period(*MARCH, NEXT_MONTH)
    return measure_unit(session, make.TAN_LAC, period, EVERYTHING, as_of=NEXT_MONTH).total.tally
