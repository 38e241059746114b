"""Connections that the server closed meanwhile are made anew."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from tthc.storage.session import open_database

NEVER = 3600.0
KILL = text("SELECT pg_terminate_backend(pid, 5000) FROM unnest(CAST(:pids AS int[])) AS pid")


@pytest.fixture
def open_pool(database_url, engine):
    """Return pools of two connections, both of which were used and then closed by the server."""
    opened = []

    def opening(rested_seconds):
        sessions = open_database(database_url, pool_size=2, rested_seconds=rested_seconds)
        opened.append(sessions)
        with sessions() as one, sessions() as other:
            pids = [backend(one), backend(other)]
        with engine.begin() as connection:
            connection.execute(KILL, {"pids": pids})
        return sessions

    yield opening
    for sessions in opened:
        sessions.kw["bind"].dispose()


def backend(session):
    return session.scalar(text("SELECT pg_backend_pid()"))


def test_one_that_rested_is_tried_and_nobody_notices(open_pool):
    sessions = open_pool(rested_seconds=0)
    for _ in range(3):
        with sessions.begin() as session:
            assert backend(session)


def test_one_in_use_until_now_fails_once_and_takes_the_others_with_it(open_pool):
    sessions = open_pool(rested_seconds=NEVER)
    with pytest.raises(OperationalError), sessions.begin() as session:
        backend(session)
    for _ in range(3):
        with sessions.begin() as session:
            assert backend(session)
