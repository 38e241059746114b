"""The calendar over HTTP: read it, propose a decision, have a second person approve it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests import make
from tthc.domain.accounts import Role
from tthc.jobs.campaigning import run_waiting

URL = "/api/v1/calendar"
CAMPAIGNS = f"{URL}/campaigns?legal_basis=CV%201&source=test"
CHRISTMAS = "day,kind,name\n2026-12-25,NGHI,Nghỉ hoán đổi\n2026-12-26,LAM_BU,Làm bù\n"


@pytest.fixture
def people(session, signed_in, units, clock):
    """Two administrators and a manager, on the project's own reference data."""
    make.a_desk(session)
    session.commit()
    clock.at = datetime(2026, 12, 22, 4, 0, tzinfo=UTC)
    return (
        signed_in((Role.ADMINISTRATOR, None), username="an.nguyen"),
        signed_in((Role.ADMINISTRATOR, None), username="binh.tran"),
        signed_in((Role.MANAGER, make.TAN_LAC), username="chi.bui"),
    )


@pytest.fixture
def work(sessions, clock):
    return lambda: run_waiting(sessions, clock=clock)


def propose(client, text=CHRISTMAS, url=CAMPAIGNS, content_type="text/csv"):
    return client.post(url, data=text.encode(), content_type=content_type)


def step(client, answer, name, tag=None):
    url = f"{URL}/campaigns/{answer.json['id']}/actions/{name}"
    return client.post(url, json={}, headers={"If-Match": tag or answer.headers["ETag"]})


def test_a_year_shows_what_holds_for_a_unit(people):
    told = people[2].get(f"{URL}?year=2026&unit_code={make.TAN_LAC}").json
    days = {day["day"]: day["kind"] for day in told["days"]}
    assert (days["2026-01-02"], days["2026-01-10"]) == ("NGHI", "LAM_BU")
    assert told["working_days"] == 249  # 261 weekdays, 14 off, 2 made up
    assert not told["is_provisional"]
    assert people[2].get(f"{URL}?year=2027").json["is_provisional"]


def test_a_year_without_a_calendar_and_an_unknown_unit_are_refused(people):
    gap = people[2].get(f"{URL}?year=2031")
    assert (gap.status_code, gap.json["code"]) == (503, "calendar_gap")
    unknown = people[2].get(f"{URL}?year=2026&unit_code=99999")
    assert (unknown.status_code, unknown.json["code"]) == (422, "unit_unknown")


def test_a_decision_goes_from_file_to_moved_dossiers(session, people, work):
    an, binh, chi = people
    code = make.a_dossier(session, now=datetime(2026, 12, 22, 3, 0, tzinfo=UTC)).code
    session.commit()
    draft = propose(an)
    assert (draft.status_code, draft.json["status"]) == (202, "draft")
    assert draft.json["previewed_at"] is None
    assert draft.headers["Location"] == f"{URL}/campaigns/{draft.json['id']}"
    work()
    seen = binh.get(draft.headers["Location"])
    assert (seen.json["moved"], seen.json["units"][0]["unit_code"]) == (1, make.TAN_LAC)
    done = step(binh, seen, "approve")
    assert (done.status_code, done.json["status"]) == (200, "approved")
    work()
    applied = chi.get(draft.headers["Location"]).json
    assert (applied["status"], applied["units"][0]["applied"]) == ("applied", 1)
    told = chi.get(f"/api/v1/dossiers/{code}/deadline").json
    assert told["due_at"] == "2026-12-26T17:00:00+07:00"
    assert "CV 1" in told["sentences"][-1]
    (moved,) = chi.get(f"{URL}/campaigns/{draft.json['id']}/dossiers").json["items"]
    assert (moved["code"], moved["due_before"]) == (code, "2026-12-25T17:00:00+07:00")
    (row,) = chi.get(f"{URL}/campaigns").json["items"]
    assert row["approved_by"] == "binh.tran"


def test_the_proposer_a_stranger_and_an_old_version_are_refused(people, work):
    an, binh, chi = people
    draft = propose(an)
    early = step(binh, draft, "approve")
    assert (early.status_code, early.json["code"]) == (409, "campaign_state")
    work()
    stale = step(binh, draft, "approve")
    assert (stale.status_code, stale.json["code"]) == (412, "stale_version")
    seen = an.get(draft.headers["Location"])
    own = step(an, seen, "approve")
    assert (own.status_code, own.json["code"]) == (403, "second_person_required")
    assert step(chi, seen, "approve").status_code == 403
    assert propose(chi).status_code == 403
    again = step(an, seen, "preview")
    assert (again.status_code, again.json["previewed_at"]) == (200, None)
    gone = step(an, again, "withdraw")
    assert (gone.status_code, gone.json["status"]) == (200, "withdrawn")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("day,kind,name\n", "empty"),
        ("day;kind;name\n2026-02-17;BO;x\n", "already_closed_on"),
        ("day,kind,name\n2026-13-25,NGHI,x\n", "malformed"),
        (CHRISTMAS + "2026-12-25,LAM_BU,x\n", "repeated_day"),
    ],
)
def test_a_decision_that_cannot_be_applied_says_which_rule_it_breaks(people, text, rule):
    refused = propose(people[0], text)
    assert (refused.status_code, refused.json["code"]) == (422, "decision_refused")
    assert refused.json["facts"]["rule"] == rule
    assert people[0].get(f"{URL}/campaigns").json["items"] == []


def test_only_csv_and_icalendar_are_read(people):
    assert propose(people[0], content_type="application/json").status_code == 415
    ics = (
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261225\nSUMMARY:Nghỉ\nEND:VEVENT\n"
        "END:VCALENDAR"
    )
    assert propose(people[0], ics, content_type="text/calendar").status_code == 202
    assert propose(people[0], url=f"{URL}/campaigns").status_code == 422


def test_the_same_proposal_sent_twice_under_one_key_is_one(people):
    answers = [
        people[0].post(
            CAMPAIGNS,
            data=CHRISTMAS.encode(),
            content_type="text/csv",
            headers={"Idempotency-Key": "k1"},
        )
        for _ in range(2)
    ]
    assert answers[0].json == answers[1].json
    assert len(people[0].get(f"{URL}/campaigns").json["items"]) == 1
