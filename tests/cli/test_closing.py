"""Closing a period on the command line."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests import make
from tests.commands import run_command
from tthc.domain.accounts import Role

NOW = datetime(2026, 4, 2, 3, 0, tzinfo=UTC)
MARCH = ("--commune", make.TAN_LAC, "--since", "2026-03-01", "--until", "2026-04-01")


@pytest.fixture
def world(committed_sessions):
    with committed_sessions.begin() as session:
        make.a_desk(session)
        for name in ("an.nguyen", "binh.tran"):
            make.a_user(session, name, (Role.MANAGER, make.TAN_LAC))
        make.a_dossier(session)
    return committed_sessions


@pytest.fixture
def run(world, committed_url, tmp_path):
    def call(*words, by="an.nguyen", status=0):
        place = {"url": committed_url, "home": tmp_path, "clock": lambda: NOW}
        done = run_command("closing", *map(str, words), "--by", by, **place)
        assert done.status == status, done.err
        return done.out

    return call


def data(text):
    return json.loads(text)


def test_a_month_is_closed_packed_and_restated(run, world, tmp_path):
    closed = data(run("close", *MARCH, "--json"))
    assert (closed["status"], closed["dossiers"], len(closed["reports"])) == ("closed", 1, 1)
    number, out = closed["id"], tmp_path / "march.zip"
    packed = data(run("pack", number, "--out", out, "--json"))
    assert packed["sha256"] == closed["reports"][0]["sha256"]
    before = out.read_bytes()
    assert data(run("changes", number, "--json")) == {"items": []}
    with world.begin() as session:
        make.a_dossier(session, now=NOW, happened_at=make.NOW + timedelta(hours=1))
    assert "added" in run("changes", number)
    restated = run("adjust", number, "--reason", "Nhập bù")
    assert "Nhập bù" in restated
    run("pack", number, "--report", 0, "--out", out)
    assert out.read_bytes() == before
    run("pack", number, "--out", out)
    assert out.read_bytes() != before
    assert [c["id"] for c in data(run("list", "--json"))["items"]] == [number]
    assert make.TAN_LAC in run("list")
    assert packed["sha256"] in run("show", number)


def test_doubtful_data_take_two_persons(run, world):
    with world.begin() as session:
        make.a_dossier(session).channel = None
    refused = data(run("close", *MARCH, "--json", status=1))
    assert refused["error"]["code"] == "data_doubtful"
    draft = data(run("close", *MARCH, "--reason", "Hồ sơ giấy", "--json"))
    assert draft["status"] == "proposed"
    own = data(run("approve", draft["id"], "--json", status=1))
    assert own["error"]["code"] == "second_person_required"
    run("withdraw", draft["id"])
    again = data(run("close", *MARCH, "--reason", "Hồ sơ giấy", "--json"))
    assert data(run("approve", again["id"], "--json", by="binh.tran"))["status"] == "closed"
