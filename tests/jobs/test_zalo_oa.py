"""A Zalo Official Account in the place of Zalo: tokens that are used once, errors inside a 200."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from sqlalchemy import select, text

from tests.channels.services import service
from tests.channels.test_words import a_line
from tests.jobs.alerting import LATE, Clock
from tthc.channels.outgoing import FailureKind, Outgoing, SendError
from tthc.channels.zalo_oa import ZaloApp, ZaloOaSender, parse_zalo_app, refresh_tokens
from tthc.jobs.channel_tokens import TokenDoors
from tthc.services.channel_tokens import LEASE, Place, authorise, list_tokens
from tthc.services.sealing import seal, unseal
from tthc.storage.tables.channel_tokens import ChannelToken

KEY = "a key for tests"
PLACE = Place("zalo_oa", KEY)
MESSAGE = Outgoing(
    message_id="tthc-1",
    channel="zalo_oa",
    address="7655909298596854389",
    lines=[a_line()],
    at=LATE,
)


@dataclass
class Zalo:
    """Zalo as it is seen from outside: ``answer`` is given to messages with the right token."""

    refresh: str = "refresh-0"
    access: str = ""
    answer: object = (200, {"error": 0, "message": "Success", "data": {"message_id": "m"}})
    renewals: int = 0
    delay: float = 0.0
    is_down: bool = False
    messages: list = field(default_factory=list)

    def __call__(self, request):
        if self.is_down:
            return 503, b"<html>"
        if request.path == "/v4/oa/access_token":
            return self._renew(request)
        if request.headers.get("access_token") != self.access:
            return 200, {"error": -216, "message": "Access token is invalid"}
        self.messages.append(request.json)
        return self.answer

    def _renew(self, request):
        form = {name: value for name, [value] in parse_qs(request.body.decode()).items()}
        assert request.headers["secret_key"] == "app-secret"
        time.sleep(self.delay)
        if form != {
            "refresh_token": self.refresh,
            "app_id": "123",
            "grant_type": "refresh_token",
        }:
            return 200, {"error": -14014, "error_name": "Invalid refresh token."}
        self.renewals += 1
        self.access, self.refresh = f"access-{self.renewals}", f"refresh-{self.renewals}"
        return 200, {
            "access_token": self.access,
            "refresh_token": self.refresh,
            "expires_in": "90000",
        }


@pytest.fixture
def zalo():
    return Zalo()


@pytest.fixture
def app(zalo):
    with service(zalo) as server:
        yield ZaloApp("123", "app-secret", server.url, server.url, timeout=2.0)


@pytest.fixture
def sender(app, sessions, clock):
    tokens = TokenDoors(lambda: sessions, clock, KEY).tokens_of("zalo_oa", app)
    return ZaloOaSender(app, tokens)


@pytest.fixture
def authorised(session):
    authorise(session, PLACE, "refresh-0", now=LATE)
    session.commit()


def failure(sender, message=MESSAGE):
    with pytest.raises(SendError) as caught:
        sender.send(message)
    return caught.value


def state(session):
    [only] = list_tokens(session)
    return only


def test_a_follower_gets_the_short_message(sender, zalo, authorised):
    sender.send(MESSAGE)
    [told] = zalo.messages
    assert told["recipient"] == {"user_id": MESSAGE.address}
    assert told["message"]["text"].endswith("\nMã tin: tthc-1")


def test_a_token_is_renewed_before_it_ends_and_not_sooner(session, sender, zalo, clock, authorised):
    sender.send(MESSAGE)
    assert state(session).expires_at == LATE + timedelta(hours=25)
    clock.forward(hours=22)
    sender.send(MESSAGE)
    assert zalo.renewals == 1
    clock.forward(hours=2)
    sender.send(MESSAGE)
    assert zalo.renewals == 2
    clock.forward(days=60)
    sender.send(MESSAGE)
    assert (zalo.renewals, len(zalo.messages)) == (3, 4)


def test_a_renewal_that_fails_costs_nothing_while_the_token_lasts(
    session, sender, zalo, clock, authorised, monkeypatch
):
    sender.send(MESSAGE)
    right = zalo.refresh
    zalo.refresh = "somebody else's"
    clock.forward(hours=24)
    sender.send(MESSAGE)
    assert state(session).last_error == "unauthorised"
    sender.send(MESSAGE)  # asks no second time before the lease ends
    zalo.refresh = right
    clock.forward(seconds=LEASE.total_seconds())
    sender.send(MESSAGE)
    assert (zalo.renewals, state(session).last_error) == (2, None)


def test_without_a_token_in_force_the_channel_waits(session, sender, zalo, clock, authorised):
    sender.send(MESSAGE)
    zalo.refresh = "somebody else's"
    clock.forward(hours=26)
    error = failure(sender)
    assert (error.kind, error.is_server_away) == (FailureKind.UNAUTHORISED, True)
    authorise(session, PLACE, "somebody else's", now=clock())
    session.commit()
    sender.send(MESSAGE)


def test_zalo_being_away_at_the_renewal_is_told_as_that(sender, zalo, authorised):
    zalo.is_down = True
    assert failure(sender).kind is FailureKind.REFUSED_5XX


def test_never_authorised_or_sealed_with_another_key_the_channel_waits(
    session, sender, app, sessions, clock
):
    assert failure(sender).kind is FailureKind.UNAUTHORISED
    authorise(session, replace(PLACE, secret_key="another key"), "refresh-0", now=LATE)
    session.commit()
    assert failure(sender).kind is FailureKind.UNAUTHORISED


def test_a_token_that_zalo_refuses_early_is_renewed_for_the_next_try(sender, zalo, authorised):
    sender.send(MESSAGE)
    zalo.access = "taken back"
    assert failure(sender).kind is FailureKind.UNAUTHORISED
    sender.send(MESSAGE)
    assert zalo.renewals == 2


@pytest.mark.parametrize(
    ("answer", "kind", "is_about_us"),
    [
        ((200, {"error": -213, "message": "User has not followed OA"}), "refused_4xx", False),
        ((200, {"error": -230, "message": "no interaction in 7 days"}), "refused_4xx", False),
        ((200, {"error": -201, "message": "user_id is invalid"}), "refused_4xx", False),
        ((200, {"error": -211, "message": "Out of quota"}), "throttled", True),
        ((200, {"error": -32, "message": "rate limit"}), "throttled", True),
        ((200, {"error": -224, "message": "package"}), "unauthorised", True),
        ((200, {"error": -216, "message": "Access token is invalid"}), "unauthorised", True),
        ((200, b"<html>"), "refused_5xx", False),
        ((200, {}), "refused_5xx", False),
        ((200, {"error": [0]}), "refused_5xx", False),
        ((429, {}), "throttled", True),
        ((401, {}), "unauthorised", True),
        ((500, {}), "refused_5xx", False),
    ],
)
def test_an_answer_is_read_by_its_number_not_by_its_status(
    sender, zalo, authorised, answer, kind, is_about_us
):
    zalo.answer = answer
    error = failure(sender)
    assert (error.kind.value, error.is_server_away) == (kind, is_about_us)
    assert len(zalo.messages) == 1


def test_a_zalo_that_hangs_or_is_not_there_is_told_by_kind(sender, zalo, app, authorised):
    sender.send(MESSAGE)
    zalo.answer = "hang"
    slow = replace(sender, app=replace(app, timeout=0.2))
    assert failure(slow).kind is FailureKind.TIMEOUT
    gone = replace(sender, app=replace(app, api_url="http://127.0.0.1:1"))
    assert failure(gone).kind is FailureKind.CONNECTION


def test_an_address_that_is_none_reaches_nobody(sender, zalo, authorised):
    assert failure(sender, replace(MESSAGE, address="1 2")).kind is FailureKind.UNSENDABLE
    assert zalo.messages == []


def test_two_relays_use_a_refresh_token_once(committed_sessions, app, zalo):
    with committed_sessions.begin() as session:
        authorise(session, PLACE, "refresh-0", now=LATE)
    zalo.delay = 0.3
    doors = TokenDoors(lambda: committed_sessions, Clock(), KEY)
    gate = threading.Barrier(4)
    ends: list[str] = []

    def relay():
        tokens = doors.tokens_of("zalo_oa", app)
        gate.wait()
        try:
            ends.append(tokens.current())
        except SendError as error:
            ends.append(error.kind.value)

    threads = [threading.Thread(target=relay) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert zalo.renewals == 1
    assert sorted(ends) == ["access-1", "unauthorised", "unauthorised", "unauthorised"]
    assert doors.tokens_of("zalo_oa", app).current() == "access-1"


def test_the_database_does_not_tell_a_token(session, sender, authorised):
    sender.send(MESSAGE)
    row = str(session.execute(text("SELECT * FROM channel_tokens")).one())
    assert "access-1" not in row
    assert "refresh-1" not in row
    sealed = session.scalars(select(ChannelToken.sealed)).one()
    assert "access-1" in unseal(KEY, "channel zalo_oa", sealed)
    assert unseal(KEY, "channel other", sealed) is None
    assert unseal(KEY, "channel zalo_oa", seal("x", "channel zalo_oa", "y")) is None


@pytest.mark.parametrize(
    "template",
    [
        *(
            "zalooa://123/{target}",
            "zalooa://abc:secret/{target}",
            "zalooa://123:secret/x/{target}",
        ),
        *("zalooa://123:secret@host/{target}", "zalooa://123:secret/{target}?a=b"),
    ],
)
def test_an_address_that_cannot_be_read_is_refused_without_being_quoted(template):
    with pytest.raises(ValueError, match="NOTIFY_URLS") as caught:
        parse_zalo_app("zalo_oa", template)
    assert "secret" not in str(caught.value)


def test_secrets_are_not_printed(app):
    read = parse_zalo_app("zalo_oa", "zalooa://123:app%2Fsecret/{target}")
    assert (read.app_id, read.secret_key) == ("123", "app/secret")
    assert "secret" not in repr(read).replace("secret_key", "")
    assert "refresh-1" not in repr(refresh_tokens(app, "refresh-0"))
