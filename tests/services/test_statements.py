"""How many statements the hot paths cost, so that nobody adds one unseen."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest

from tests import make
from tests.jobs.alerting import LATE, act
from tests.services.counting import counted_statements
from tthc.domain.lifecycle import Action
from tthc.domain.scope import EVERYTHING
from tthc.services.dossiers import find_dossier, list_dossiers
from tthc.services.metrics import make_period, measure_communes
from tthc.services.overdue import sweep_page
from tthc.services.reference import load_reference
from tthc.storage.queries.dossiers import DossierFilter


@pytest.fixture
def counted(session):
    make.a_desk(session)
    session.commit()
    load_reference(session)

    return partial(counted_statements, session)


def test_lodging_takes_six(session, counted):
    with counted() as seen:
        make.a_dossier(session)
    assert len(seen) == 6, seen  # reference, number, dossier, event, due version, person


def test_reading_one_takes_two(session, counted):
    code = make.a_dossier(session).code
    session.expunge_all()
    with counted() as seen:
        find_dossier(session, code, make.everybody())
    assert len(seen) == 2, seen


@pytest.mark.parametrize("count", [1, 20])
def test_a_page_takes_two_however_long_it_is(session, counted, count):
    for _ in range(count):
        make.a_dossier(session)
    session.expunge_all()
    with counted() as seen:
        found = list_dossiers(session, DossierFilter(), make.everybody(), before_id=None, limit=20)
    assert (len(found), len(seen)) == (count, 2)


def test_a_step_takes_five(session, counted):
    code = make.a_dossier(session).code
    session.expunge_all()
    with counted() as seen:
        act(session, code, Action.HAND_OVER)
    assert len(seen) <= 6, seen


def test_all_communes_take_three(session, counted):
    make.a_dossier(session)
    period = make_period(date(2026, 3, 1), date(2026, 4, 1), LATE)
    with counted() as seen:
        sheet = measure_communes(session, period, EVERYTHING, as_of=LATE)
    assert len(sheet.rows) == 148
    assert len(seen) == 3, seen  # reference, counts, newest event


def test_a_sweep_costs_one_statement_a_rung_however_many_are_late(session, counted):
    costs = []
    for count in (1, 30):
        for _ in range(count):
            make.a_dossier(session)
        with counted() as seen:
            page = sweep_page(session, now=LATE)
        assert page.raised == count
        costs.append(len(seen))
    assert (
        costs[0] == costs[1] <= 18
    )  # one for each rung of each kind, the reference, and a setting
    assert sweep_page(session, now=LATE + timedelta(minutes=1)).raised == 0
