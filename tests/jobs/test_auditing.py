"""The key and the anchors lie outside the database, and whose anchor is mailed."""

from __future__ import annotations

import stat

import pytest

from tests import make
from tthc.channels.mail import make_mail_sender
from tthc.channels.outgoing import FailureKind, SendError
from tthc.domain.anchors import read_anchors
from tthc.jobs.auditing import AuditKeyMissingError, AuditPlace, anchor_all, link_recent, read_keys


@pytest.fixture
def place(tmp_path):
    return AuditPlace(tmp_path / "audit")


@pytest.fixture
def desk(session):
    make.a_desk(session)
    make.a_dossier(session)
    session.commit()


def test_what_was_committed_is_linked_in_turns(session, sessions, place, clock, desk):
    assert link_recent(sessions, place, clock=clock) == 1
    assert link_recent(sessions, place, clock=clock) == 0
    make.a_dossier(session)
    session.commit()
    assert link_recent(sessions, place, clock=clock) == 1


def test_anchors_are_lines_of_a_file_that_only_its_owner_reads(sessions, place, clock, desk):
    first = anchor_all(sessions, place, clock=clock)
    clock.forward(hours=1)
    second = anchor_all(sessions, place, clock=clock)
    assert list(read_anchors(place.anchors.read_text().splitlines())) == [first, second]
    assert (first.position, second.previous) == (1, first.digest())
    for file in (place.anchors, place.folder / "key"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_an_anchor_that_reached_no_file_is_none(sessions, place, clock, desk):
    read_keys(sessions, place)
    place.anchors.mkdir()
    with pytest.raises(IsADirectoryError):
        anchor_all(sessions, place, clock=clock)
    place.anchors.rmdir()
    assert anchor_all(sessions, place, clock=clock).number == 1


def test_an_anchor_is_mailed_and_a_mail_server_away_delays_nothing(
    sessions, place, clock, desk, tmp_path
):
    sender = make_mail_sender(f"file://{tmp_path}/outbox")
    made = anchor_all(
        sessions, AuditPlace(place.folder, sender, "thanh-tra@example.vn"), clock=clock
    )
    [mail] = (tmp_path / "outbox").glob("*.eml")
    assert made.digest().hex()[:32] in mail.name

    class Away:
        def send(self, _message):
            raise SendError(FailureKind.CONNECTION)

    again = anchor_all(sessions, AuditPlace(place.folder, Away(), "a@example.vn"), clock=clock)
    assert again.number == 2


def test_a_lost_key_is_never_made_up_anew(sessions, place, clock, desk):
    link_recent(sessions, place, clock=clock)
    (place.folder / "key").write_text("short")
    with pytest.raises(AuditKeyMissingError):
        link_recent(sessions, place, clock=clock)
    (place.folder / "key").unlink()
    with pytest.raises(AuditKeyMissingError):
        anchor_all(sessions, place, clock=clock)
    assert not (place.folder / "key").exists()
