"""Whatever is tampered with is found, and the first bad entry named; by two programs."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import text

from tests import make
from tests.tampering import OUTSIDE_THE_EXPORT, TAMPERINGS, unlock
from tthc.domain.anchors import as_line
from tthc.domain.audit_entries import AuditAction
from tthc.domain.dossier import Details
from tthc.domain.lifecycle import Action
from tthc.services.audit import Entry, write_entry
from tthc.services.audit_checks import Outside, verify_audit
from tthc.services.audit_export import stream_export
from tthc.services.audit_keys import derive_keys
from tthc.services.dossiers import Command, act_on_dossier
from tthc.services.linking import Resume, link_page, make_anchor
from tthc.storage.session import open_database

KEYS = derive_keys("a secret of thirty-two characters or more")
VERIFIER = make.ROOT / "tthc" / "enclosed" / "verify_audit.py"
LATER = make.NOW + timedelta(hours=2)


def act(session, code, action, **details):
    order = (action, Command(Details(**details)))
    act_on_dossier(session, code, order, make.everybody(), now=make.NOW)


def link(sessions, now):
    with sessions.begin() as session:
        link_page(session, Resume(), KEYS.veil, now=now)
    with sessions.begin() as session:
        return make_anchor(session, KEYS, now=now)


@pytest.fixture(scope="module")
def world(module_url):
    """Seventeen links of two communes and of the system, with two anchors; see tests.tampering."""
    sessions = open_database(module_url)
    with sessions.begin() as session:
        make.a_desk(session)
        codes = [make.a_dossier(session).code for _ in range(2)]
        act(session, codes[0], Action.WITHDRAW, reason="Bà Hoà rút giấy tờ")
        codes += [make.a_dossier(session).code for _ in range(2)]
        act(session, codes[1], Action.HAND_OVER)
        act(session, codes[1], Action.FINISH)
        for _ in range(4):
            make.a_dossier(session, receiving_unit=make.MUONG_BI)
        entry = Entry(AuditAction.ROLE_GRANTED, "quan-tri", "xlan", facts={"role": "officer"})
        write_entry(session, entry, now=make.NOW)
    first = link(sessions, make.NOW)
    with sessions.begin() as session:
        for _ in range(5):
            make.a_dossier(session, now=LATER)
    anchors = (first, link(sessions, LATER))
    yield sessions, Outside(anchors, frozenset({KEYS.public_key}))
    sessions.kw["bind"].dispose()


@pytest.fixture
def session(world):
    """A transaction in which everything is allowed and nothing stays."""
    sessions, _ = world
    with sessions() as session:
        unlock(session)
        yield session
        session.rollback()


def second_opinion(session, outside, folder):
    """Return what the enclosed verifier says of an export, alone in a process."""
    export, anchors = folder / "export.jsonl", folder / "anchors.jsonl"
    with export.open("w", encoding="utf-8") as file:
        for told in stream_export(session, KEYS.veil, now=LATER):
            file.write(json.dumps(told, ensure_ascii=False) + "\n")
    anchors.write_text("".join(as_line(anchor) + "\n" for anchor in outside.anchors))
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(VERIFIER), str(export), str(anchors)]
        + [key.hex() for key in outside.trusted],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout.splitlines()


def test_what_nobody_touched_holds(world, tmp_path):
    sessions, outside = world
    with sessions.begin() as session:
        verdict = verify_audit(session, KEYS.veil, outside)
        assert (verdict.flaws, verdict.flaw_count) == ((), 0)
        assert (verdict.links, verdict.chains, verdict.anchors) == (17, 3, 2)
        assert (verdict.dossiers, verdict.waiting) == (13, 0)
        status, lines = second_opinion(session, outside, tmp_path)
        session.rollback()
    assert (status, lines[-1][:2]) == (0, "OK")


@pytest.mark.parametrize("tampering", TAMPERINGS, ids=str)
def test_tampering_is_found_and_the_first_bad_entry_named(world, session, tampering):
    _, outside = world
    tampering.act(session, KEYS.veil)
    first = verify_audit(session, KEYS.veil, outside).flaws[0]
    assert (first.code, first.position) == (tampering.code, tampering.position)


@pytest.mark.parametrize(
    "tampering", [t for t in TAMPERINGS if t.code not in OUTSIDE_THE_EXPORT], ids=str
)
def test_a_second_program_finds_the_same_in_an_export(world, session, tampering, tmp_path):
    _, outside = world
    tampering.act(session, KEYS.veil)
    status, lines = second_opinion(session, outside, tmp_path)
    assert status == 1
    assert lines[0].startswith(f"#{tampering.position} {tampering.code}")


@pytest.mark.parametrize("name", ["everything hashed anew", "the tail cut off"])
def test_without_anchors_it_is_not_found(session, name):
    """The negative control: this is what the anchors are for."""
    [tampering] = [t for t in TAMPERINGS if t.name == name]
    tampering.act(session, KEYS.veil)
    codes = {flaw.code for flaw in verify_audit(session, KEYS.veil, Outside()).flaws}
    assert codes <= {"dossier_differs"}, "the rows of the dossiers still tell of the events"


def test_free_text_leaves_with_no_export_and_may_be_erased(world, session):
    _, outside = world
    told = json.dumps(list(stream_export(session, KEYS.veil, now=LATER)), ensure_ascii=False)
    assert "Hoà" not in told
    [digest] = [
        json.loads(line["record"][-1])["reason"]
        for line in stream_export(session, KEYS.veil, now=LATER)
        if line.get("record") and '"reason"' in (line["record"][-1] or "")
    ]
    erase = "UPDATE dossier_events SET facts = jsonb_set(facts, '{reason}', CAST(:left AS jsonb))"
    erased = {"left": json.dumps({"erased": digest})}
    session.execute(text(f"{erase} WHERE facts ? 'reason'").bindparams(**erased))
    assert verify_audit(session, KEYS.veil, outside).flaws == ()


def test_an_anchor_of_another_key_or_a_line_taken_out_is_found(world, session):
    _, outside = world
    with_others = Outside(outside.anchors, frozenset({bytes(32)}))
    assert {f.code for f in verify_audit(session, KEYS.veil, with_others).flaws} == {
        "anchor_unsigned"
    }
    second = Outside(outside.anchors[1:], outside.trusted)
    assert [f.code for f in verify_audit(session, KEYS.veil, second).flaws] == ["anchor_odd"]
