"""The linker's and the anchor's turns, as the worker takes them."""

from __future__ import annotations

from config.settings import Settings
from tests import make
from tthc.domain.anchors import read_anchors
from workers.app import make_app
from workers.auditing import ANCHOR, LINK
from workers.context import Doors, audit_place


def test_a_turn_links_what_was_committed_and_an_hour_is_anchored_once(
    session, sessions, clock, tmp_path
):
    settings = Settings.from_env({"TTHC_HOME": str(tmp_path), "TTHC_ANCHOR_MAIL": "a@example.vn"})
    place = audit_place(settings)
    app = make_app("unix:///nowhere/valkey.sock", Doors(lambda: sessions, clock, place))
    make.a_desk(session)
    make.a_dossier(session)
    session.commit()
    assert app.tasks[LINK.name]()
    assert app.tasks[ANCHOR.name]()
    assert not app.tasks[ANCHOR.name]()
    clock.at += ANCHOR.period
    assert app.tasks[ANCHOR.name]()
    anchors = list(read_anchors(place.anchors.read_text().splitlines()))
    assert [(anchor.number, anchor.position) for anchor in anchors] == [(1, 1), (2, 1)]
    assert len(list((tmp_path / "outbox").glob("anchor-*.eml"))) == 2
