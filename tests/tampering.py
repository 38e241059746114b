"""Sixteen ways to tamper with what was recorded, done as the owner of the tables would.

Each says what it does, and the first thing that has to be found: its code, and where it is among
the links of ``tests.services.test_tampering.world`` (seven of the desk of Tân Lạc, then four of
Mường Bi and one of the system, then an anchor, then five more of Tân Lạc and a second anchor).
"""
# ruff: noqa: S608 - the statements are made of what stands here

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests import make
from tthc.domain.audit import Link, hash_of
from tthc.services.linking import Resume, link_page
from tthc.storage.queries.audit import LINK

KEPT = ("dossier_events", "audit_entries", "audit_links", "audit_anchors")


@dataclass(frozen=True)
class Tampering:
    """One way: its name, what it does, and the first flaw expected."""

    name: str
    act: Callable[[Session, bytes], None]
    code: str
    position: int | None = None

    def __str__(self) -> str:
        return self.name


def unlock(session: Session) -> None:
    """Take the triggers away, which the application's role cannot."""
    for table in KEPT:
        session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))


def sql(*statements: str) -> Callable[[Session, bytes], None]:
    def act(session: Session, _veil: bytes) -> None:
        for statement in statements:
            session.execute(text(statement))

    return act


def event_at(position: int) -> str:
    return f"id = (SELECT event_id FROM audit_links WHERE position = {position})"


def without(positions: str) -> tuple[str, ...]:
    """Statements that remove links with the events they cover."""
    covered = f"(SELECT event_id FROM audit_links WHERE position {positions})"
    return (
        f"DELETE FROM dossier_events WHERE id IN {covered}",
        f"DELETE FROM audit_links WHERE position {positions}",
    )


def hash_anew(session: Session, veil: bytes) -> None:
    """Change an event, then link everything anew with the very key of the log."""
    session.execute(text(f"UPDATE dossier_events SET actor = 'other' WHERE {event_at(5)}"))
    linked_at = session.scalar(text("SELECT max(linked_at) FROM audit_links"))
    session.execute(text("DELETE FROM audit_links"))
    assert link_page(session, Resume(), veil, now=linked_at).linked


def older_backup(session: Session, veil: bytes) -> None:
    """Go back to before the first anchor, and let the desk live on from there."""
    for statement in (*without("> 8"), "DELETE FROM audit_entries", "DELETE FROM audit_anchors"):
        session.execute(text(statement))
    later = make.NOW + timedelta(hours=3)
    for _ in range(20):
        make.a_dossier(session, now=later)
    assert link_page(session, Resume(), veil, now=later).linked


def forge_link(session: Session, _veil: bytes) -> None:
    """Put a link of one's own between two others, with the hash it should have there."""
    for name in ("ck_audit_links_counts_from_one", "uq_audit_links_chain_number"):
        session.execute(text(f"ALTER TABLE audit_links DROP CONSTRAINT {name}"))
    session.execute(text("UPDATE audit_links SET position = -position WHERE position > 3"))
    session.execute(text("UPDATE audit_links SET position = 1 - position WHERE position < 0"))
    columns = ", ".join(LINK)
    head = session.execute(text(f"SELECT {columns} FROM audit_links WHERE position = 3")).one()
    bare = Link(4, head.chain, head.number + 1, bytes(32), b"", head.linked_at)
    session.execute(
        text(
            "INSERT INTO audit_links (position, chain, number, algorithm, entry_id, digest, hash,"
            " linked_at) VALUES (4, :chain, :number, 1, 999, :digest, :hash, :at)"
        ),
        {
            "chain": bare.chain,
            "number": bare.number,
            "digest": bare.digest,
            "hash": hash_of(bare, head.hash),
            "at": bare.linked_at,
        },
    )


SWAP = (
    "DROP INDEX uq_audit_links_event_id",
    "UPDATE audit_links SET event_id = (SELECT sum(event_id) FROM audit_links"
    " WHERE position IN (2, 4)) - event_id WHERE position IN (2, 4)",
)
DUPLICATE = (
    "DROP INDEX uq_audit_links_event_id",
    "ALTER TABLE audit_links DROP CONSTRAINT uq_audit_links_chain_number",
    "INSERT INTO audit_links SELECT max_position + 1, chain, number, algorithm, event_id, entry_id,"
    " digest, hash, linked_at FROM audit_links,"
    " (SELECT max(position) AS max_position FROM audit_links) AS newest WHERE position = 3",
)
COMMUNE = f"(SELECT id FROM dossiers WHERE receiving_unit = '{make.MUONG_BI}')"
DROP_COMMUNE = (
    *without(f"IN (SELECT position FROM audit_links WHERE chain = '{make.MUONG_BI}')"),
    *(f"DELETE FROM {t} WHERE dossier_id IN {COMMUNE}" for t in ("due_versions", "parties")),
    f"DELETE FROM dossiers WHERE id IN {COMMUNE}",
)
BEHIND_THE_CHAIN = (
    "INSERT INTO dossier_events (dossier_id, version, action, happened_at, recorded_at, actor,"
    " changes, facts) SELECT dossier_id, 99, action, happened_at, recorded_at - interval '2 days',"
    f" actor, '{{}}', facts FROM dossier_events WHERE {event_at(2)}",
)

TAMPERINGS = (
    Tampering(
        "a field changed",
        sql(
            'UPDATE dossier_events SET changes = changes || \'{"officer": "other"}\''
            f" WHERE {event_at(4)}"
        ),
        *("source_changed", 4),
    ),
    Tampering(
        "a free text changed",
        sql(
            'UPDATE dossier_events SET facts = facts || \'{"reason": "Lý do khác"}\''
            f" WHERE {event_at(3)}"
        ),
        *("source_changed", 3),
    ),
    Tampering(
        "a time changed",
        sql(
            "UPDATE dossier_events SET recorded_at = recorded_at - interval '1 microsecond'"
            f" WHERE {event_at(6)}"
        ),
        *("source_changed", 6),
    ),
    Tampering(
        "an actor changed",
        sql(f"UPDATE dossier_events SET actor = 'other' WHERE {event_at(7)}"),
        *("source_changed", 7),
    ),
    Tampering("the first deleted", sql(*without("= 1")), "link_missing", 1),
    Tampering("one in the middle deleted", sql(*without("= 5")), "link_missing", 5),
    Tampering("the last deleted", sql(*without("= 17")), "tail_missing", 17),
    Tampering("an event deleted", sql(without("= 5")[0]), "source_missing", 5),
    Tampering("a link inserted", forge_link, "source_missing", 4),
    Tampering("an event inserted behind the chain", sql(*BEHIND_THE_CHAIN), "event_unlinked"),
    Tampering("two swapped", sql(*SWAP), "source_changed", 2),
    Tampering("one doubled", sql(*DUPLICATE), "number_wrong", 18),
    Tampering("the tail cut off", sql(*without("> 9")), "tail_missing", 10),
    Tampering("a whole commune dropped", sql(*DROP_COMMUNE), "link_missing", 8),
    Tampering("everything hashed anew", hash_anew, "anchor_differs", 1),
    Tampering(
        "bytes moved from one field to the next",
        sql("UPDATE audit_entries SET actor = actor || 'x', subject = substr(subject, 2)"),
        *("source_changed", 12),
    ),
    Tampering(
        "an algorithm renamed",
        sql("UPDATE audit_links SET algorithm = 2 WHERE position = 6"),
        *("algorithm_unknown", 6),
    ),
    Tampering("an older backup put in place", older_backup, "anchor_differs", 1),
    Tampering(
        "a row changed outside the log",
        sql("UPDATE dossiers SET due_at = due_at + interval '1 hour' WHERE id = 1"),
        "dossier_differs",
    ),
)
"""More than sixteen: deleting, inserting and changing are each tried in more than one place."""

OUTSIDE_THE_EXPORT = {"event_unlinked", "dossier_differs"}
"""What only the database can show: an export holds what is linked."""
