"""An import killed at any point goes on where it stood, and two of them do no more than one."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests import make
from tests.imports.world import NOW, REGISTER, a_file, counts, reasons, row, run
from tthc.domain.imports import ImportStatus
from tthc.jobs.importing import run_pending
from tthc.services.imports.requests import (
    LEASE,
    NewImport,
    list_imports,
    read_report,
    request_import,
)
from tthc.storage.tables.dossiers import Dossier
from tthc.storage.tables.imports import Import, ImportFile, ImportRow

ROWS = 1_200
CONTENT = a_file(*(row(n, state="lost" if n % 100 == 0 else "done") for n in range(ROWS)))


class KilledError(BaseException):
    """The process is gone: nothing catches it."""


class Clock:
    """A clock that kills its process at one look, and afterwards stands later."""

    def __init__(self, killed_at: int) -> None:
        self.left, self.at = killed_at, NOW

    def __call__(self):
        self.left -= 1
        if self.left == 0:
            self.at = NOW + LEASE + timedelta(seconds=1)
            raise KilledError
        return self.at


@pytest.fixture
def desk(committed_sessions):
    with committed_sessions.begin() as session:
        make.a_desk(session)
    return committed_sessions


def hand_in(sessions, content=CONTENT):
    new = NewImport("desk", REGISTER, "register.csv", "clerk", is_dry_run=False)
    with sessions.begin() as session:
        return request_import(session, new, content, now=NOW).id


def kept(sessions, table=Dossier):
    with sessions.begin() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_wherever_it_is_killed_the_next_worker_ends_it(desk):
    import_id, looks, killed = hand_in(desk), 2, 0
    while True:
        clock = Clock(looks)
        try:
            run_pending(desk, clock=clock)
        except KilledError:
            killed += 1
            looks += 1
            _age_lease(desk)
            continue
        break
    with desk.begin() as session:
        report = read_report(session, import_id, refusals=100)
    assert killed > 5, "it was killed while staging, between pages and at the end"
    assert report.status is ImportStatus.DONE
    assert counts(report) == (ROWS, ROWS - 12, 0, 12)
    assert len(reasons(report)) == 12
    assert kept(desk) == ROWS - 12
    assert kept(desk, ImportRow) == kept(desk, ImportFile) == 0


def _age_lease(sessions):
    with sessions.begin() as session:
        row = session.scalars(select(Import)).one()
        if row.leased_until is not None:
            row.leased_until = NOW - timedelta(seconds=1)


def test_two_at_once_take_every_dossier_over_once(desk):
    reports, content = [], a_file(*(row(n) for n in range(600)))
    threads = [
        threading.Thread(target=lambda: reports.append(run(desk, content))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kept(desk) == 600
    assert sum(report.imported for report in reports) == 600
    assert sum(report.unchanged for report in reports) == 600


def test_a_file_that_cannot_be_read_is_closed_with_its_reason_and_the_next_is_taken(desk):
    bad, good = hand_in(desk, b"not,this"), hand_in(desk, a_file(row(1)))
    run_pending(desk, clock=lambda: NOW)
    assert run_pending(desk, clock=lambda: NOW) == 0
    with desk.begin() as session:
        failed, done = (read_report(session, number, refusals=0) for number in (bad, good))
        assert len(list_imports(session, make.everybody(), before_id=None, limit=9)) == 2
    assert (failed.status, failed.error["code"]) == (ImportStatus.FAILED, "import_file_refused")
    assert (done.status, done.imported) == (ImportStatus.DONE, 1)
