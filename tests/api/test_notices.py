"""How a citizen wants to hear of a dossier, over HTTP, and what became of telling them."""

from __future__ import annotations

import pytest

from tests import make
from tests.api.test_dossiers import BODY, URL, act, lodge
from tests.jobs.alerting import Clock as StandingClock
from tests.jobs.alerting import Inbox, a_post
from tests.jobs.noticing import DELAY, letter_rules, notices
from tests.make import MUONG_BI, TAN_LAC
from tthc.channels.outgoing import FailureKind
from tthc.domain.accounts import Role
from tthc.jobs.delivering import deliver_notices
from tthc.storage.tables.alerts import DeliveryStatus

EMAIL = "hoa.bui@example.org"
APPLICANT = BODY["applicant"] | {"email": EMAIL}


@pytest.fixture
def units(session):
    """The project's own reference data, instead of the toy units."""
    make.a_desk(session)
    session.commit()


@pytest.fixture
def desk(signed_in):
    return signed_in((Role.RECEPTION, TAN_LAC))


@pytest.fixture
def told(desk):
    """The code of a dossier whose applicant gave an address."""
    return lodge(desk, applicant=APPLICANT).json["code"]


def show(client, code):
    answer = client.get(f"{URL}/{code}/notices")
    assert answer.status_code == 200
    return answer.json


def deliver(sessions, at, sender=None):
    inbox = sender or Inbox()
    deliver_notices(a_post(sessions, inbox, StandingClock(at)), letter_rules())
    return inbox


def test_an_address_given_at_receipt_is_used_and_shown_masked(desk, told):
    sheet = show(desk, told)
    assert EMAIL not in str(sheet)
    assert sheet == {
        "notify_by": "email",
        "email": "h•••@example.org",
        "items": [
            {
                "kind": "received",
                "occasion": 1,
                "channel": "mail",
                "state": "waiting",
                "created_at": "2026-03-02T10:00:00+07:00",
                "next_try_at": "2026-03-02T10:00:00+07:00",
                "sent_at": None,
                "attempts": 0,
                "last_error": None,
            }
        ],
    }


def test_without_an_address_nobody_is_told(desk):
    code = lodge(desk).json["code"]
    assert show(desk, code) == {"notify_by": "none", "email": None, "items": []}


def test_who_gave_an_address_may_still_want_to_hear_nothing(desk):
    made = lodge(desk, applicant=APPLICANT, notify_by="none").json
    assert [party["notify_by"] for party in made["parties"]] == ["none"]
    assert show(desk, made["code"]) == {
        "notify_by": "none",
        "email": "h•••@example.org",
        "items": [],
    }


def test_notices_without_an_address_are_refused_and_nothing_is_logged(desk):
    answer = desk.post(URL, json=BODY | {"notify_by": "email"})
    assert (answer.status_code, answer.json["code"]) == (422, "contact_missing")
    assert [fault["field"] for fault in answer.json["errors"]] == ["notify_by"]
    assert desk.get(URL).json["items"] == []


def test_what_cannot_be_sent_is_not_offered(desk):
    answer = desk.post(URL, json=BODY | {"notify_by": "sms"})
    assert (answer.status_code, answer.json["code"]) == (422, "invalid_input")


@pytest.mark.parametrize(
    "address", ["hoa@gmail.cóm", "hoà@example.org", "hoa@example", "hoa@@example.org", "a b@c.vn"]
)
def test_an_address_that_no_mail_can_reach_is_refused_while_the_citizen_is_there(desk, address):
    answer = desk.post(URL, json=BODY | {"applicant": APPLICANT | {"email": address}})
    [fault] = answer.json["errors"]
    assert (answer.status_code, fault["field"]) == (422, "applicant.email")
    assert fault["code"] == "bad_pattern"


def test_an_owner_is_not_told(desk):
    made = lodge(desk, owner=APPLICANT).json
    assert {party["role"]: party["notify_by"] for party in made["parties"]} == {
        "applicant": "none",
        "owner": "none",
    }
    assert show(desk, made["code"])["items"] == []


def test_a_new_address_gets_what_waits_and_the_event_does_not_tell_it(desk, sessions, told):
    new = "hoa.moi@example.org"
    answer = act(desk, told, 1, "set_contact", email=new)
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    [applicant] = answer.json["parties"]
    assert (applicant["email"], applicant["notify_by"]) == (new, "email")
    event = desk.get(f"{URL}/{told}/events").json["items"][-1]
    assert (event["action"], event["facts"]) == ("set_contact", {"notify_by": "email"})
    assert "example.org" not in str(event)
    [message] = deliver(sessions, make.NOW + DELAY).messages
    assert message.address == new


@pytest.mark.parametrize("wanted", [{"email": None}, {"email": EMAIL, "notify_by": "none"}])
def test_who_wants_to_hear_nothing_more_gets_not_even_what_waits(desk, sessions, told, wanted):
    assert act(desk, told, 1, "set_contact", **wanted).status_code == 200
    assert deliver(sessions, make.NOW + DELAY).messages == []
    sheet = show(desk, told)
    assert (sheet["notify_by"], sheet["items"][0]["state"]) == ("none", "withdrawn")
    assert sheet["items"][0]["next_try_at"] is None


def test_a_mended_address_gets_what_was_given_up(desk, session, sessions, told):
    [notice] = notices(session)
    notice.status, notice.attempts = DeliveryStatus.PARKED, 8
    session.commit()
    act(desk, told, 1, "set_contact", email="dung@example.org")
    [message] = deliver(sessions, make.NOW + DELAY).messages
    assert message.address == "dung@example.org"
    assert show(desk, told)["items"][0]["state"] == "sent"


def test_a_letter_that_does_not_leave_shows_why(desk, sessions, told):
    deliver(sessions, make.NOW + DELAY, Inbox(failing=FailureKind.REFUSED_5XX))
    [item] = show(desk, told)["items"]
    assert (item["state"], item["attempts"], item["last_error"]) == ("waiting", 1, "refused_5xx")
    assert item["next_try_at"] == "2026-03-02T10:06:00+07:00"


def test_e_mail_without_an_address_is_no_contact(desk, told):
    answer = act(desk, told, 1, "set_contact", email=None, notify_by="email")
    assert (answer.status_code, answer.json["code"]) == (422, "contact_missing")
    assert act(desk, told, 1, "set_contact").json["errors"][0]["code"] == "required"


def test_a_contact_is_set_on_the_version_that_was_seen(desk, told):
    assert act(desk, told, 1, "set_contact", email=None).status_code == 200
    assert act(desk, told, 1, "set_contact", email=EMAIL).status_code == 412


def test_of_a_dossier_that_ended_there_is_nothing_more_to_tell(desk, told):
    act(desk, told, 1, "withdraw", reason="Theo đơn")
    answer = act(desk, told, 2, "set_contact", email=EMAIL)
    assert (answer.status_code, answer.json["code"]) == (409, "transition_refused")


@pytest.mark.parametrize("role", [Role.OFFICER, Role.PROVINCE_VIEWER])
def test_only_the_desk_sets_a_contact(signed_in, desk, told, role):
    unit = TAN_LAC if role is Role.OFFICER else make.PROVINCE
    client = signed_in((role, unit))
    assert act(client, told, 1, "set_contact", email=None).status_code == 403
    assert show(client, told)["notify_by"] == "email"


def test_another_communes_notices_do_not_exist(signed_in, told):
    stranger = signed_in((Role.MANAGER, MUONG_BI))
    assert stranger.get(f"{URL}/{told}/notices").status_code == 404
    assert act(stranger, told, 1, "set_contact", email=None).status_code == 404


def test_a_repeated_request_tells_once(desk, session, told):
    headers = {"Idempotency-Key": "a", "If-Match": '"1"'}
    body = {"reason": "Thiếu", "papers": ["A"]}
    url = f"{URL}/{told}/actions/request_supplement"
    first, again = (desk.post(url, json=body, headers=headers) for _ in range(2))
    assert (first.status_code, again.json) == (200, first.json)
    lodging = {"json": BODY | {"applicant": APPLICANT}, "headers": {"Idempotency-Key": "b"}}
    assert desk.post(URL, **lodging).json == desk.post(URL, **lodging).json
    kinds = [notice.kind.value for notice in notices(session)]
    assert kinds == ["received", "supplement_requested", "received"]


def test_a_refused_step_tells_nothing(desk, session, told):
    act(desk, told, 9, "request_supplement", reason="Thiếu")
    act(desk, told, 1, "withdraw")
    assert [notice.kind.value for notice in notices(session)] == ["received"]
