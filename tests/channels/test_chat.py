"""Chats get one short message that names itself; failures are told by kind and nothing more."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO

import pytest
from apprise.plugins.telegram import NotifyTelegram
from apprise.plugins.zalo import NotifyZalo

from tests.channels.services import service
from tests.channels.test_words import a_line
from tthc.channels.chat import make_chat_sender
from tthc.channels.outgoing import FailureKind, Outgoing, SendError

TELEGRAM = "tgram://123456789:aaaabbbbccccddddeeeeffffgggghhhhiii/{target}"
ZALO_BOT = "zalo://123456789:aaaabbbbccccdddd/{target}"
TAKEN = (200, {"ok": True, "result": {"message_id": 1}})
MESSAGE = Outgoing(
    message_id="tthc-1",
    channel="telegram",
    address="-1001234567890",
    lines=[a_line()],
    at=datetime(2026, 11, 24, 3, 0, tzinfo=UTC),
)


@pytest.fixture
def answering(monkeypatch):
    """A server in the place of Telegram and of Zalo's bots, told what to answer."""
    opened = []

    def open_service(*script):
        context = service(*script)
        server = context.__enter__()
        opened.append(context)
        monkeypatch.setattr(NotifyTelegram, "notify_url", f"{server.url}/bot")
        monkeypatch.setattr(NotifyZalo, "notify_url", f"{server.url}/bot{{token}}/sendMessage")
        return server

    yield open_service
    for context in opened:
        context.__exit__(None, None, None)


def failure(template, message=MESSAGE, timeout=2.0):
    with pytest.raises(SendError) as caught:
        make_chat_sender("chat", template, timeout=timeout).send(message)
    assert MESSAGE.address not in str(caught.value)
    return caught.value


def test_a_chat_gets_a_short_message_that_names_itself(answering):
    server = answering(TAKEN)
    make_chat_sender("telegram", TELEGRAM).send(MESSAGE)
    [request] = server.seen
    assert request.path == "/bot123456789:aaaabbbbccccddddeeeeffffgggghhhhiii/sendMessage"
    assert request.json["chat_id"] == -1001234567890
    assert request.json["text"].replace("\r\n", "\n") == (
        "Nhắc hạn 1 hồ sơ · Xã Tân Lạc\n"
        "• H44.240-261120-0001: quá hạn 1 ngày làm việc\n"
        "Mã tin: tthc-1"
    )


def test_a_zalo_bot_gets_the_same(answering):
    server = answering(TAKEN)
    make_chat_sender("zalo", ZALO_BOT).send(replace(MESSAGE, address="abc123"))
    [request] = server.seen
    assert request.json["chat_id"] == "abc123"
    assert request.json["text"].endswith("Mã tin: tthc-1")


def test_what_is_no_letter_arrives_as_it_was(answering):
    server = answering(TAKEN)
    lines = [a_line(unit_name="Xã <b>A&B</b> _*[x](y) {{a}} \\n")]
    make_chat_sender("zalo", ZALO_BOT).send(replace(MESSAGE, lines=lines, address="1"))
    assert "Xã <b>A&B</b> _*[x](y) {{a}} \\n" in server.seen[0].json["text"]


@pytest.mark.parametrize("template", [TELEGRAM, ZALO_BOT])
@pytest.mark.parametrize(
    ("answer", "kind", "is_about_us"),
    [
        ((401, {"ok": False, "description": "Unauthorized"}), FailureKind.UNAUTHORISED, True),
        ((404, {"ok": False, "description": "Not Found"}), FailureKind.UNAUTHORISED, True),
        (
            (429, {"ok": False, "parameters": {"retry_after": 35}}),
            FailureKind.THROTTLED,
            True,
        ),
        (
            (400, {"ok": False, "description": "Bad Request: chat not found"}),
            FailureKind.REFUSED_4XX,
            False,
        ),
        ((403, {"ok": False, "description": "blocked, error=500"}), FailureKind.REFUSED_4XX, False),
        ((502, b"<html>"), FailureKind.REFUSED_5XX, False),
        ("hang", FailureKind.TIMEOUT, True),
    ],
)
def test_a_service_that_does_not_take_it_is_told_by_kind(
    answering, template, answer, kind, is_about_us
):
    server = answering(answer)
    error = failure(template, timeout=0.3)
    assert (error.kind, error.is_server_away) == (kind, is_about_us)
    assert len(server.seen) == 1


def test_a_zalo_bot_that_refuses_with_status_200_is_a_refusal(answering):
    answering((200, {"ok": False, "error_code": 403, "description": "user left"}))
    error = failure(ZALO_BOT)
    assert (error.kind, error.is_server_away) == (FailureKind.REFUSED_4XX, False)


def test_a_service_that_is_not_there_is_no_connection(answering, monkeypatch):
    answering(TAKEN)
    monkeypatch.setattr(NotifyTelegram, "notify_url", "http://127.0.0.1:1/bot")
    assert failure(TELEGRAM).kind is FailureKind.CONNECTION


def test_a_redirect_is_not_followed(answering):
    server = answering((302, {}))
    assert failure(TELEGRAM).kind is FailureKind.REFUSED_4XX
    assert len(server.seen) == 1


@pytest.mark.parametrize("address", ["a/b", "1?to=2", "1,2", "", "a b", "1#x"])
def test_an_address_never_becomes_more_than_one(answering, address):
    server = answering(TAKEN)
    error = failure(ZALO_BOT, replace(MESSAGE, address=address))
    assert error.kind is FailureKind.UNSENDABLE
    assert server.seen == []


def test_any_service_of_the_library_will_do():
    with service((200, {})) as server:
        template = f"json://127.0.0.1:{server.server_port}/hook/{{target}}"
        make_chat_sender("json", template).send(replace(MESSAGE, address="lan"))
        [request] = server.seen
    assert request.path == "/hook/lan"
    assert "Mã tin: tthc-1" in request.json["message"]


@pytest.mark.parametrize(
    "template", ["nonsense://x/{target}", "tgram://short/{target}", "http://x/{target}"]
)
def test_an_address_of_no_service_is_refused_at_the_start_without_being_quoted(template):
    with pytest.raises(ValueError, match="NOTIFY_URLS") as caught:
        make_chat_sender("chat", template)
    assert template not in str(caught.value)


@pytest.fixture
def logged():
    """What reaches the handler that a process has."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    logging.getLogger().addHandler(handler)
    yield stream.getvalue
    logging.getLogger().removeHandler(handler)


def test_neither_tokens_nor_recipients_are_printed_or_logged(answering, logged):
    logging.getLogger("tthc").warning("seen")
    answering((400, {"ok": False, "description": "chat not found"}))
    failure(TELEGRAM)
    assert logged() == "seen\n"
    assert "aaaabbbb" not in repr(make_chat_sender("telegram", TELEGRAM))
