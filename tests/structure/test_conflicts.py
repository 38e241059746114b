"""Constraints that users can run into are translated by the names they really have."""

from sqlalchemy import text

from tthc.storage.conflicts import CONFLICTS


def test_every_translated_constraint_exists(session):
    names = set(session.scalars(text("SELECT conname FROM pg_constraint")))
    names |= set(session.scalars(text("SELECT indexname FROM pg_indexes")))
    assert set(CONFLICTS) <= names
