"""A sweep goes over its dossiers page by page, each once, however many there are."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from tests import make
from tests.jobs.alerting import LATE
from tthc.services.overdue import Resume, sweep_page
from tthc.storage.tables.alerts import Alert
from tthc.storage.tables.dossiers import Dossier

MANY = 1_500


@pytest.fixture
def many(session):
    """One dossier on its first day late, and as many copies of it as make MANY."""
    make.a_desk(session)
    one = make.a_dossier(session)
    session.flush()
    columns = [c.name for c in Dossier.__table__.columns if not c.identity and not c.computed]
    copied = ", ".join("code || '-' || n" if name == "code" else name for name in columns)
    query = (
        f"INSERT INTO dossiers ({', '.join(columns)}) "  # noqa: S608 - names of our own columns
        f"SELECT {copied} FROM dossiers, generate_series(2, :many) AS n WHERE id = :id"
    )
    session.execute(text(query), {"many": MANY, "id": one.id})
    return one


def swept(session, *, now=LATE, size=5_000):
    """Sweep to the end; return what each page raised."""
    raised, resume = [], Resume()
    while resume is not None:
        page = sweep_page(session, resume, now=now, size=size)
        raised.append(page.raised)
        resume = page.resume
    return raised


def alert_rows_read(session):
    session.execute(text("SELECT pg_stat_force_next_flush()"))
    query = """
        SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'alerts'
    """
    return session.scalar(text(query))


@pytest.mark.parametrize("size", [1_500, 700, 5_000])
def test_pages_of_any_size_tell_each_dossier_once(session, many, size):
    raised = swept(session, size=size)
    assert sum(raised) == MANY
    assert max(raised) <= size
    assert len(set(session.scalars(select(Alert.dossier_id)))) == MANY
    assert sum(swept(session, size=size)) == 0


def test_what_came_behind_the_page_meanwhile_is_left_to_the_next_sweep(session, many):
    first = sweep_page(session, now=LATE, size=1_000)
    session.execute(text("DELETE FROM alerts WHERE dossier_id = :id"), {"id": many.id})
    second = sweep_page(session, first.resume, now=LATE, size=1_000)
    assert (first.raised, second.raised, second.resume) == (1_000, 500, None)
    assert sum(swept(session)) == 1


def test_the_work_grows_with_the_dossiers_whatever_the_statistics_say(session, many):
    """Each dossier is asked for its own alerts; a plan may not compare all with all."""
    session.execute(text("ANALYZE dossiers"))
    session.execute(text("ANALYZE alerts"))
    for _ in range(2):
        before = alert_rows_read(session)
        swept(session, size=250)
        assert alert_rows_read(session) - before <= 4 * MANY


def test_a_date_that_cannot_be_read_hinders_no_sweep(session):
    make.a_desk(session)
    make.a_dossier(session)
    damaged = make.a_dossier(session)
    session.flush()
    query = "UPDATE dossiers SET due_at = '-infinity', received_at = '-infinity' WHERE id = :id"
    session.execute(text(query), {"id": damaged.id})
    assert swept(session) == [3]  # no apology was given for the damaged one
    assert sum(swept(session)) == 0
