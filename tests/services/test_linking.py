"""Everything committed is linked once, whatever the order in which transactions end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests import make
from tests.services.counting import counted_statements
from tthc.domain.audit_entries import AuditAction
from tthc.services.audit import Entry, write_entry
from tthc.services.audit_checks import Outside, verify_audit
from tthc.services.audit_keys import derive_keys
from tthc.services.linking import LOOK_BACK, Resume, link_page, look_back, make_anchor
from tthc.storage.queries.audit import lock_linking

KEYS = derive_keys("a secret of thirty-two characters or more")


def link(session, resume=None, size=5_000):
    total, resume = 0, resume or Resume()
    while resume is not None:
        page = link_page(session, resume, KEYS.veil, now=make.NOW, size=size)
        total, resume = total + page.linked, page.resume
    return total


def codes(session, **outside):
    return [f.code for f in verify_audit(session, KEYS.veil, Outside(**outside)).flaws]


def test_events_and_entries_are_linked_once_in_the_chain_of_their_unit(session):
    make.a_desk(session)
    for unit in (make.TAN_LAC, make.MUONG_BI, make.TAN_LAC):
        make.a_dossier(session, receiving_unit=unit)
    write_entry(session, Entry(AuditAction.USER_ADDED, "quan-tri", "lan"), now=make.NOW)
    assert (link(session, size=2), link(session)) == (4, 0)
    chains = session.execute(text("SELECT chain, number FROM audit_links ORDER BY position"))
    assert sorted(tuple(row) for row in chains) == [
        ("", 1), (make.TAN_LAC, 1), (make.TAN_LAC, 2), (make.MUONG_BI, 1),
    ]  # fmt: skip
    assert codes(session) == []


def test_an_event_that_commits_after_a_later_one_is_linked_by_the_next_turn(committed_sessions):
    """The negative control of every reader that remembers the highest id."""
    with committed_sessions.begin() as session:
        make.a_desk(session)
    with committed_sessions() as slow:
        make.a_dossier(slow)
        with committed_sessions.begin() as quick:
            make.a_dossier(quick, receiving_unit=make.MUONG_BI)
        with committed_sessions.begin() as linker:
            assert link(linker) == 1
        slow.commit()
    with committed_sessions.begin() as linker:
        assert link(linker, look_back(linker, LOOK_BACK)) == 1
        linked = linker.scalars(text("SELECT event_id FROM audit_links ORDER BY position")).all()
        assert linked == sorted(linked, reverse=True)
        assert codes(linker) == []


def test_one_links_and_the_other_goes_away(committed_sessions):
    with committed_sessions.begin() as session:
        make.a_desk(session)
        make.a_dossier(session)
    with committed_sessions() as first, committed_sessions() as second:
        lock_linking(first)
        assert link_page(second, Resume(), KEYS.veil, now=make.NOW).linked == 0
        first.rollback()
        assert link_page(second, Resume(), KEYS.veil, now=make.NOW).linked == 1


def test_a_page_costs_the_same_statements_whatever_its_size(session):
    make.a_desk(session)
    make.a_dossier(session)
    link(session)
    costs = []
    for count in (1, 20):
        for _ in range(count):
            make.a_dossier(session)
        with counted_statements(session) as seen:
            assert link_page(session, Resume(), KEYS.veil, now=make.NOW).linked == count
        costs.append(len(seen))
    assert costs[0] == costs[1] <= 8


def test_an_anchor_covers_what_is_linked_and_carries_the_one_before(session):
    make.a_desk(session)
    before = make_anchor(session, KEYS, now=make.NOW)
    make.a_dossier(session)
    link(session)
    after = make_anchor(session, KEYS, now=make.NOW + timedelta(hours=1))
    assert (before.number, before.position, before.chains) == (1, 0, 0)
    assert (after.number, after.position, after.chains) == (2, 1, 1)
    assert after.previous == before.digest()
    assert codes(session, anchors=(before, after), trusted=frozenset({KEYS.public_key})) == []


def test_what_is_not_linked_yet_only_waits(session):
    make.a_desk(session)
    make.a_dossier(session)
    assert verify_audit(session, KEYS.veil, Outside()).waiting == 1
    link(session)
    make.a_dossier(session)
    verdict = verify_audit(session, KEYS.veil, Outside())
    assert (verdict.waiting, verdict.flaws) == (1, ())


@pytest.mark.parametrize(
    "table", ["dossier_events", "audit_entries", "audit_links", "audit_anchors"]
)
@pytest.mark.parametrize(
    "change", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
)
def test_the_database_refuses_to_change_what_happened(session, table, change):
    make.a_desk(session)
    make.a_dossier(session)
    write_entry(session, Entry(AuditAction.USER_ADDED, "quan-tri", "lan"), now=make.NOW)
    link(session)
    make_anchor(session, KEYS, now=make.NOW)
    column = {"audit_links": "algorithm", "audit_anchors": "chains"}.get(table, "actor")
    with pytest.raises(DBAPIError, match="added, never changed or removed"):
        session.execute(text(change.format(table, column, column)))
