"""Fixtures shared by every room: a throw-away PostgreSQL, rolled-back and committing sessions.

The servers are started by the suite itself and vanish with it; nothing of the machine's own is
used.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.orm import Session, sessionmaker

from tests import make
from tthc.launch.postgres import throwaway_postgres
from tthc.launch.valkey import throwaway_valkey
from tthc.storage.schema import upgrade
from tthc.storage.session import open_database

NOW = make.NOW
_numbers = count(1)


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """A private server whose database ``tthc`` is migrated and kept empty, as a template."""
    with throwaway_postgres() as url:
        upgrade(url)
        yield url


@pytest.fixture(scope="session")
def valkey_url() -> Iterator[str]:
    with throwaway_valkey() as url:
        yield url


def _administer(server_url: str, statement: str) -> None:
    url = make_url(server_url).set(database="postgres")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _new_database(server_url: str) -> str:
    name = f"test_{next(_numbers)}"
    _administer(server_url, f"CREATE DATABASE {name} TEMPLATE tthc")
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def database_url(server_url: str) -> str:
    """A migrated, empty database that the savepoint sessions share."""
    return _new_database(server_url)


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(engine: Engine) -> Iterator[sessionmaker[Session]]:
    """A factory whose commits are savepoints; everything is rolled back after the test."""
    with engine.connect() as connection:
        outer = connection.begin()
        yield sessionmaker(
            connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        )
        outer.rollback()


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    with sessions() as session:
        yield session


@pytest.fixture
def committed_url(server_url: str) -> Iterator[str]:
    """A database of the test's own, for real commits and several processes."""
    url = _new_database(server_url)
    yield url
    _administer(server_url, f"DROP DATABASE {make_url(url).database} WITH (FORCE)")


@pytest.fixture(scope="module")
def module_url(server_url: str) -> Iterator[str]:
    """A database of one test file, for what is costly to make and only read."""
    url = _new_database(server_url)
    yield url
    _administer(server_url, f"DROP DATABASE {make_url(url).database} WITH (FORCE)")


@pytest.fixture
def committed_sessions(committed_url: str) -> Iterator[sessionmaker[Session]]:
    """Sessions that really commit, on a database of the test's own."""
    factory = open_database(committed_url, pool_size=16)
    yield factory
    factory.kw["bind"].dispose()
