"""A citizen's data are in their own letter and in the columns made for them, nowhere else."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from tests import make
from tests.api.test_dossiers import BODY, URL, act
from tests.channels.servers import Mailbox, serving
from tests.jobs.alerting import Clock as StandingClock
from tests.jobs.noticing import DELAY, letter_rules
from tests.make import TAN_LAC
from tthc.channels.mail import make_mail_sender
from tthc.domain.accounts import Role
from tthc.jobs.delivering import Post, deliver_notices
from tthc.storage.tables import METADATA

NAME, PHONE, EMAIL = "Kiều Canary Văn", "0987001002", "canary.one@example.org"
NEW_EMAIL, NUMBER, ADDRESS = "canary.two@example.net", "017199000777", "Xóm Canary 77"
REASON = "Thiếu giấy của ông Canary Lý Do"
PERSONAL = (NAME, PHONE, EMAIL, NEW_EMAIL, NUMBER, ADDRESS)

APPLICANT = {
    "name": NAME,
    "identity_kind": 1,
    "identity_number": NUMBER,
    "phone": PHONE,
    "email": EMAIL,
    "address": ADDRESS,
}
KEPT_IN = {
    "parties": {*PERSONAL},
    "idempotency_answers": {NAME, PHONE, EMAIL, NUMBER, ADDRESS},
    "dossier_events": {REASON},
    "clock_stops": {REASON},
}
"""Where personal data may lie; kept answers are deleted after 96 hours."""


@pytest.fixture
def units(session):
    """The project's own reference data, instead of the toy units."""
    make.a_desk(session)
    session.commit()


@pytest.fixture
def mailbox():
    """Refuses the first letter in words that repeat its address."""
    return Mailbox(f"554 no such user {EMAIL}")


@pytest.fixture
def lived(signed_in, sessions, mailbox):
    """A dossier told of by e-mail, wrongly at first; what was logged and answered meanwhile."""
    desk = signed_in((Role.MANAGER, TAN_LAC))
    clock = StandingClock(make.NOW + DELAY)
    with capture_logs() as lines, serving(mailbox) as url:
        post = Post(sessions, {"mail": make_mail_sender(url)}, clock)
        made = desk.post(
            URL, json=BODY | {"applicant": APPLICANT}, headers={"Idempotency-Key": "k"}
        )
        code = made.json["code"]
        deliver_notices(post, letter_rules())
        act(desk, code, 1, "set_contact", email=NEW_EMAIL)
        clock.forward(minutes=5)
        deliver_notices(post, letter_rules())
        act(desk, code, 2, "request_supplement", reason=REASON, papers=["Tờ khai"])
        clock.forward(minutes=5)
        deliver_notices(post, letter_rules())
        lists = [desk.get(f"{URL}/{code}/notices").text, desk.get(URL).text]
        lists.append(desk.get("/metrics").text)
    return lines, lists


def found_in(haystack: str) -> set[str]:
    return {
        canary
        for canary in (*PERSONAL, REASON)
        if canary in haystack or canary.encode().hex() in haystack
    }


def test_nothing_personal_is_logged_listed_or_measured(lived):
    lines, lists = lived
    assert {line["event"] for line in lines} == {"request", "message_not_sent"}
    assert found_in(repr(lines)) == set()
    assert [found_in(told) for told in lists] == [set(), set(), set()]
    assert "•••@example.net" in lists[0]


def test_personal_data_lie_in_the_columns_made_for_them(session, lived):
    places = {}
    for name in METADATA.tables:
        rows = session.scalars(text(f"SELECT t::text FROM {name} AS t"))  # noqa: S608 - names of our own tables
        found = found_in("\n".join(rows))
        if found:
            places[name] = found
    assert places.keys() <= KEPT_IN.keys()
    for name, found in places.items():
        assert found <= KEPT_IN[name], name
    assert places["dossier_events"] == {REASON}


def test_a_letter_goes_to_the_citizen_and_names_nobody(lived, mailbox):
    refused, first, second = mailbox.offers
    assert [offer.rcpt_tos for offer in (refused, first, second)] == [
        [EMAIL],
        [NEW_EMAIL],
        [NEW_EMAIL],
    ]
    letters = [message_from_bytes(offer.content, policy=default) for offer in mailbox.offers]
    for letter in letters:
        headers = {name: value for name, value in letter.items() if name != "To"}
        assert found_in(str(headers)) == set()
        assert found_in(letter.get_content()) <= {REASON}
    assert [found_in(letter.get_content()) for letter in letters] == [set(), set(), {REASON}]
    assert letters[0]["Message-ID"] == letters[1]["Message-ID"] != letters[2]["Message-ID"]
