"""Closing a period over HTTP: gate, second person, reports that stay, changes that are told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from tests import make
from tests.jobs.alerting import act
from tests.make import MUONG_BI, PROVINCE, TAN_LAC
from tthc.domain.accounts import Role
from tthc.domain.lifecycle import Action
from tthc.services.pack_checks import check_pack
from tthc.storage.tables.audit import AuditEntry
from tthc.storage.tables.dossiers import Dossier

URL = "/api/v1/closings"
MARCH = {"since": "2026-03-01", "until": "2026-04-01"}
WISH = {"unit_code": TAN_LAC, **MARCH}


@pytest.fixture
def units(session):
    """Three dossiers of March in Tân Lạc, one of them finished."""
    make.a_desk(session)
    codes = [make.a_dossier(session).code for _ in range(3)]
    act(session, codes[0], Action.HAND_OVER)
    act(session, codes[0], Action.FINISH)
    session.commit()
    return codes


@pytest.fixture
def clock(clock):
    clock.at = datetime(2026, 4, 2, 3, 0, tzinfo=UTC)
    return clock


@pytest.fixture
def an(signed_in):
    return signed_in((Role.MANAGER, TAN_LAC), username="an.nguyen")


@pytest.fixture
def binh(signed_in):
    return signed_in((Role.MANAGER, PROVINCE), username="binh.tran")


def spoil(session, codes):
    session.scalar(select(Dossier).where(Dossier.code == codes[1])).channel = None
    session.commit()


def step(client, closing, name, body=None, tag=None):
    url = f"{URL}/{closing.json['id']}/actions/{name}"
    headers = {"If-Match": tag or closing.headers["ETag"]}
    return client.post(url, json=body or {}, headers=headers)


def type_in_later(session, clock):
    make.a_dossier(session, now=clock.at, happened_at=make.NOW + timedelta(hours=1))
    session.commit()


def test_a_sound_month_is_closed_by_one_person_and_reported(an, binh):
    closed = an.post(URL, json=WISH)
    assert (closed.status_code, closed.json["status"]) == (201, "closed")
    assert closed.headers["Location"] == f"{URL}/{closed.json['id']}"
    assert (closed.json["closed_by"], closed.json["since"]) == ("an.nguyen", "2026-03-01")
    (report,) = binh.get(closed.headers["Location"]).json["reports"]
    figures = an.get(f"{URL}/{closed.json['id']}/figures").json
    assert (figures["number"], figures["sha256"]) == (0, report["sha256"])
    assert figures["total"]["counts"]["finished"] == 1
    assert figures["about"]["calendar_revision"] == report["calendar_revision"]
    pack = an.get(f"{URL}/{closed.json['id']}/pack.zip").data
    assert (check_pack(pack).flaws, check_pack(pack).sha256) == ((), report["sha256"])
    listed = an.get(f"{URL}/{closed.json['id']}/dossiers.csv?number=finished").text
    assert len(listed.splitlines()) == 2
    assert [row["id"] for row in an.get(URL).json["items"]] == [closed.json["id"]]


def test_closing_a_period_and_fetching_its_pack_are_written_down(session, an):
    closed = an.post(URL, json=WISH).json
    an.get(f"{URL}/{closed['id']}/pack.zip")
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(2)).all()
    fetched, kept = ((e.action.value, e.actor, e.subject, e.facts) for e in entries)
    seal = {"number": 0, "sha256": closed["reports"][0]["sha256"]}
    assert kept == ("period_closed", "an.nguyen", f"closing {closed['id']}", seal)
    assert fetched == ("report_fetched", "an.nguyen", f"closing {closed['id']}, report 0", {})


def test_every_answer_of_a_report_stays_the_same_bytes(session, an, clock):
    closing = an.post(URL, json=WISH).json["id"]
    paths = ("figures", "pack.zip", "dossiers.csv?number=received", "figures?report=0")
    before = [an.get(f"{URL}/{closing}/{path}").data for path in paths]
    type_in_later(session, clock)
    clock.at += timedelta(hours=3)
    assert [an.get(f"{URL}/{closing}/{path}").data for path in paths] == before
    now = an.get(f"/api/v1/metrics/communes/{TAN_LAC}?since=2026-03-01&until=2026-04-01").json
    assert now["total"]["counts"]["received"] == 4


def test_a_change_is_seen_told_and_listed(session, an, clock):
    closing = an.post(URL, json=WISH)
    url = f"{URL}/{closing.json['id']}"
    assert an.get(f"{url}/changes").json["items"] == []
    type_in_later(session, clock)
    (change,) = an.get(f"{url}/changes").json["items"]
    assert (change["change"], change["before"]) == ("added", None)
    restated = step(an, closing, "adjust", {"reason": "Nhập bù hồ sơ giấy"})
    assert [r["reason"] for r in restated.json["reports"]] == [None, "Nhập bù hồ sơ giấy"]
    told = an.get(f"{url}/reports/1/adjustments").json["items"]
    assert told == [change]
    received = [
        an.get(f"{url}/figures?report={n}").json["total"]["counts"]["received"] for n in (0, 1)
    ]
    assert received == [3, 4]
    again = step(an, restated, "adjust", {"reason": "Nữa"})
    assert (again.status_code, again.json["code"]) == (409, "nothing_to_adjust")
    assert an.get(f"{url}/figures?report=2").status_code == 404


def test_a_doubtful_month_needs_a_reason_and_another_person(session, units, an, binh):
    spoil(session, units)
    refused = an.post(URL, json=WISH)
    assert (refused.status_code, refused.json["code"]) == (422, "data_doubtful")
    facts = refused.json["facts"]
    assert (facts["spoiled"], facts["dossiers"], facts["most"]) == ("1", "3", "0.0200")
    draft = an.post(URL, json=WISH | {"reason": "Hồ sơ giấy trước tháng 3"})
    assert (draft.json["status"], draft.json["reports"]) == ("proposed", [])
    assert an.get(f"{URL}/{draft.json['id']}/figures").status_code == 404
    assert an.get(f"{URL}/{draft.json['id']}/changes").json["code"] == "closing_state"
    own = step(an, draft, "approve")
    assert (own.status_code, own.json["code"]) == (403, "second_person_required")
    stale = step(binh, draft, "approve", tag='"9"')
    assert (stale.status_code, stale.json["code"]) == (412, "stale_version")
    done = step(binh, draft, "approve")
    assert (done.status_code, done.json["status"]) == (200, "closed")
    assert done.json["reason"] == "Hồ sơ giấy trước tháng 3"
    late = step(binh, done, "withdraw")
    assert (late.status_code, late.json["code"]) == (409, "closing_state")


def test_the_same_period_is_closed_once_and_a_running_one_not(an, clock):
    an.post(URL, json=WISH)
    twice = an.post(URL, json=WISH)
    assert (twice.status_code, twice.json["code"]) == (409, "already_exists")
    running = an.post(URL, json=WISH | {"since": "2026-04-01", "until": "2026-05-01"})
    assert (running.status_code, running.json["code"]) == (422, "period_running")


def test_a_repeated_request_closes_once(an):
    headers = {"Idempotency-Key": "close-march"}
    first, second = (an.post(URL, json=WISH, headers=headers) for _ in range(2))
    assert (first.status_code, first.json) == (second.status_code, second.json)


def test_others_neither_close_nor_see_it(signed_in, an):
    closing = an.post(URL, json=WISH)
    stranger = signed_in((Role.MANAGER, MUONG_BI))
    assert stranger.post(URL, json=WISH).status_code == 404
    for path in ("", "/figures", "/pack.zip", "/changes", "/reports/0/adjustments"):
        assert stranger.get(f"{URL}/{closing.json['id']}{path}").status_code == 404
    assert step(stranger, closing, "adjust", {"reason": "x"}).status_code == 404
    assert signed_in((Role.PROVINCE_VIEWER, PROVINCE)).post(URL, json=WISH).status_code == 403
    assert signed_in((Role.OFFICER, TAN_LAC)).get(URL).status_code == 403


def test_a_list_of_an_unknown_number_is_refused(an):
    closing = an.post(URL, json=WISH).json["id"]
    refused = an.get(f"{URL}/{closing}/dossiers.csv?number=nothing")
    assert (refused.status_code, refused.json["code"]) == (422, "number_unknown")
