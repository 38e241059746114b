"""How a row's dates end a dossier, and when they contradict one another."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests import make
from tests.domain.calendars import at
from tests.imports.world import HEADER, REGISTER, a_file, counts, reasons, row, run
from tthc.domain.lifecycle import Action, Status
from tthc.services.dossiers import list_history
from tthc.storage.tables.dossiers import Dossier

RETURNING = REGISTER.replace(
    'received_at = "in"', 'received_at = "in"\nreturned_at = "back"\nofficer_label = "who"'
).replace('"done" = 9', '"done" = 9\n"back" = 10')
BY_DATES = RETURNING.replace('status = "state"\n', "") + '[ignored]\ncolumns = ["state"]\n'
BY_DATES = BY_DATES[: BY_DATES.index("[status]")] + BY_DATES[BY_DATES.index("[unit]") :]
BY_DAY = REGISTER.replace("%d/%m/%Y %H:%M", "%d/%m/%Y")


@pytest.fixture(autouse=True)
def desk(session):
    make.a_desk(session)
    session.commit()


def returning(*rows):
    return a_file(*rows, header=f"{HEADER},back,who")


def only(session) -> Dossier:
    return session.scalars(select(Dossier)).one()


@pytest.mark.parametrize("mapping", [RETURNING, BY_DATES])
def test_a_returned_result_is_two_ends(session, sessions, mapping):
    content = returning(row(1, state="back") + ",05/03/2026 08:00,Bà Hoa")
    report = run(sessions, content, mapping=mapping)
    assert counts(report) == (1, 1, 0, 0), report.refusals
    dossier = only(session)
    assert (dossier.status, dossier.officer) == (Status.RETURNED, "Bà Hoa")
    assert dossier.finished_at == at("2026-03-04 10:00")
    assert dossier.returned_at == at("2026-03-05 08:00")
    events = list_history(session, dossier.code, make.everybody())
    assert [e.action for e in events] == [Action.TAKE_OVER, Action.FINISH, Action.RETURN]


@pytest.mark.parametrize(
    ("changes", "rest", "reason"),
    [
        ({"state": "done"}, "05/03/2026 08:00,", "return_contradicts_status"),
        ({"state": "back"}, "03/03/2026 08:00,", "returned_before_finished"),
        ({"state": "back"}, "05/03/2027 08:00,", "finished_in_future"),
        ({"state": "back", "out": ""}, "05/03/2026 08:00,", "status_without_finish"),
        ({"in_": "02/03/1026 09:00"}, ",", "time_malformed"),
        ({}, "," + "x" * 81, "officer_malformed"),
    ],
)
def test_dates_that_contradict_are_refused(sessions, changes, rest, reason):
    report = run(sessions, returning(f"{row(1, **changes)},{rest}"), mapping=RETURNING)
    assert reasons(report) == [(2, reason)]


def test_without_status_and_end_it_is_still_worked_on(session, sessions):
    run(sessions, returning(row(1, out="") + ",,"), mapping=BY_DATES)
    assert only(session).status is Status.PROCESSING


def test_a_due_day_without_an_hour_lasts_until_its_midnight(session, sessions):
    content = a_file(row(1, in_="02/03/2026", due="05/03/2026", out="05/03/2026"))
    report = run(sessions, content, mapping=BY_DAY)
    assert counts(report) == (1, 1, 0, 0), report.refusals
    dossier = only(session)
    assert dossier.received_at == at("2026-03-02 00:00")
    assert dossier.overdue_at == at("2026-03-06 00:00")
    assert dossier.due_at < dossier.overdue_at
