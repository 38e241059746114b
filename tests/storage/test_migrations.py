"""The migrations make exactly the tables of the code, both ways, and a second run does nothing."""

from __future__ import annotations

import ast
import re

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect

from tests import make
from tthc.services.calendars import load_calendars
from tthc.services.loading import load_reference_files
from tthc.services.reference import load_reference
from tthc.storage.schema import FOLDER, code_head, database_head, downgrade, upgrade
from tthc.storage.tables import METADATA

FILES = sorted((FOLDER / "versions").glob("*.py"))


@pytest.fixture
def connection(committed_url):
    engine = create_engine(committed_url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_the_database_is_what_the_code_describes(connection):
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": True}
    )
    assert compare_metadata(context, METADATA) == []


def test_every_migration_goes_back_and_forth(committed_url, connection):
    assert downgrade(committed_url, "base")
    assert set(inspect(connection).get_table_names()) == {"alembic_version"}
    connection.rollback()
    assert upgrade(committed_url)
    assert set(METADATA.tables) < set(inspect(connection).get_table_names())
    assert database_head(connection) == code_head()


def test_a_second_upgrade_finds_nothing_to_do(committed_url):
    assert not upgrade(committed_url)


def test_migrations_are_numbered_without_a_gap():
    numbers = [int(re.match(r"(\d{4})_", path.name)[1]) for path in FILES]
    assert numbers == list(range(1, len(FILES) + 1))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_migration_imports_nothing_that_may_change_under_it(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = [n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    imported += [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
    assert not [name for name in imported if name.startswith(("tthc", "config", "workers"))]


def test_reference_data_survive_the_way_back_and_forth(committed_url, committed_sessions):
    """All but the stages, whose table is dropped on the way back, and the kinds of alert."""
    with committed_sessions.begin() as session:
        make.a_desk(session)
        before = load_reference(session)
    assert downgrade(committed_url, "0001")
    assert upgrade(committed_url)
    with committed_sessions.begin() as session:
        after = load_calendars(session)
        assert after.nation == before.calendar
        again = load_reference_files(session, make.reference_files(), now=make.NOW)
        assert {name for name, count in again.changed.items() if count} == {"stages", "ladder"}
