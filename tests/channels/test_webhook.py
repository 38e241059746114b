"""A webhook gets signed JSON, from https addresses only, and no redirect is followed."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.channels.test_words import a_line
from tthc.channels.outgoing import FailureKind, Outgoing, SendError
from tthc.channels.webhook import WebhookSender
from tthc.domain.webhooks import Reach, write_due

SECRET = "a shared secret"
AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
TRIAL = WebhookSender(Reach.TRIAL, timeout=2.0)


class Receiver(ThreadingHTTPServer):
    """Keeps what it got and answers ``status``."""

    status = 204
    delay = 0.0
    seen: list[tuple[dict, bytes]]


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((dict(self.headers), body))
        time.sleep(self.server.delay)
        self.send_response(self.server.status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args):
        pass


@pytest.fixture
def receiver():
    server = Receiver(("127.0.0.1", 0), Handler)
    server.seen = []
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def message(receiver):
    url = f"http://127.0.0.1:{receiver.server_port}/alerts"
    body = write_due("tthc-1", 1, [a_line()], at=AT)
    return Outgoing("tthc-1", "webhook", url, AT, body=body, secret=SECRET)


@contextmanager
def answering(address):
    """Every name stands for ``address``, as an evil name server may say."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", lambda *_args, **_rest: found)
        yield


def failure(sender, message):
    with pytest.raises(SendError) as caught:
        sender.send(message)
    return caught.value.kind


def test_the_body_tells_the_dossiers_and_is_signed_with_its_time(receiver, message):
    TRIAL.send(message)
    [(headers, body)] = receiver.seen
    told = json.loads(body)
    assert told["message_id"] == headers["Tthc-Message-Id"] == "tthc-1"
    assert told["dossiers"][0]["due_at"] == "2026-11-23T14:05:00+07:00"
    assert headers["Tthc-Timestamp"] == "1795489200"
    signed = hmac.new(SECRET.encode(), b"1795489200." + body, hashlib.sha256).hexdigest()
    assert headers["Tthc-Signature"] == f"sha256={signed}"
    assert SECRET not in repr(message)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, FailureKind.REFUSED_4XX),
        (404, FailureKind.REFUSED_4XX),
        (503, FailureKind.REFUSED_5XX),
    ],
)
def test_only_2xx_takes_a_message_and_redirects_are_not_followed(receiver, message, status, kind):
    receiver.status = status
    assert failure(TRIAL, message) is kind
    assert len(receiver.seen) == 1


def test_a_slow_receiver_is_left_in_time(receiver, message):
    receiver.delay = 0.6
    assert failure(replace(TRIAL, timeout=0.2), message) is FailureKind.TIMEOUT


def test_a_receiver_that_is_not_there_is_no_connection(message):
    nowhere = replace(message, address="http://127.0.0.1:1/")
    assert failure(TRIAL, nowhere) is FailureKind.CONNECTION


@pytest.mark.parametrize(
    "url", ["http://example.org/", "ftp://127.0.0.1/", "http://127.0.0.1.example.org/", "//x"]
)
def test_plain_http_goes_to_this_machine_only(message, url):
    assert failure(TRIAL, replace(message, address=url)) is FailureKind.UNSENDABLE


def test_in_production_not_even_that(receiver, message):
    assert failure(WebhookSender(), message) is FailureKind.UNSENDABLE
    assert receiver.seen == []


def test_a_public_name_that_means_an_internal_address_is_not_called(receiver, message):
    inward = replace(message, address=f"https://a.b.localtest.example:{receiver.server_port}/")
    with answering("127.0.0.1"):
        assert failure(WebhookSender(timeout=1.0), inward) is FailureKind.UNSENDABLE
    with answering("169.254.169.254"):
        assert failure(WebhookSender(timeout=1.0), inward) is FailureKind.UNSENDABLE
    assert receiver.seen == []


def test_an_operator_lets_a_closed_network_in(receiver, message):
    """The receiver speaks no TLS: that it was called at all is a broken connection."""
    url = f"https://127.0.0.1:{receiver.server_port}/"
    inner = replace(message, address=url, is_internal=True)
    assert failure(WebhookSender(), inner) is FailureKind.CONNECTION
    assert failure(WebhookSender(), replace(inner, is_internal=False)) is FailureKind.UNSENDABLE
