"""Mail arrives whole, under a stable Message-ID; failures are told by kind and nothing more."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.smtp import AuthResult

from tests.channels.servers import Mailbox, rude_server, serving, silent_server
from tests.channels.test_words import a_line
from tthc.channels.mail import make_mail_sender
from tthc.channels.outgoing import FailureKind, Outgoing, SendError

MESSAGE = Outgoing(
    message_id="tthc-1",
    channel="mail",
    address="can-bo@example.org",
    secret="",
    lines=[a_line()],
    at=datetime(2026, 11, 24, 3, 0, tzinfo=UTC),
)


def read(content: bytes):
    return message_from_bytes(content, policy=default)


def failure(url, message=MESSAGE, timeout=2.0):
    with pytest.raises(SendError) as caught:
        make_mail_sender(url, timeout=timeout).send(message)
    assert "example.org" not in str(caught.value)
    return caught.value.kind


def test_a_mail_arrives_as_it_was_written():
    mailbox = Mailbox()
    with serving(mailbox) as url:
        make_mail_sender(url).send(MESSAGE)
    [envelope] = mailbox.letters
    letter = read(envelope.content)
    assert envelope.rcpt_tos == ["can-bo@example.org"]
    assert letter["From"] == "mot-cua@tanlac.example.vn"
    assert letter["Message-ID"] == "<tthc-1@tanlac.example.vn>"
    assert letter["Subject"] == "Nhắc hạn 1 hồ sơ · Xã Tân Lạc"
    assert letter["Date"] == "Tue, 24 Nov 2026 03:00:00 +0000"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert "Hạn trả 14:05 23/11/2026: quá hạn 1 ngày làm việc." in letter.get_content()


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("451 come back later", FailureKind.REFUSED_4XX),
        ("554 no such can-bo@example.org", FailureKind.REFUSED_5XX),
        ("drop", FailureKind.CONNECTION),
    ],
)
def test_a_server_that_does_not_take_it_is_told_by_kind(answer, kind):
    with serving(Mailbox(answer)) as url:
        assert failure(url) is kind


def test_a_server_that_hangs_after_the_data_is_left_in_time():
    with serving(Mailbox("hang")) as url:
        assert failure(url, timeout=0.3) is FailureKind.TIMEOUT


def test_a_server_that_never_speaks_is_left_in_time():
    with silent_server() as url:
        assert failure(url, timeout=0.3) is FailureKind.TIMEOUT


def test_a_server_that_hangs_up_or_is_not_there_is_no_connection():
    with rude_server() as url:
        assert failure(url) is FailureKind.CONNECTION
    assert failure("smtp://127.0.0.1:1") is FailureKind.CONNECTION


def test_what_the_next_message_would_meet_too_is_known():
    assert SendError(FailureKind.TIMEOUT).is_server_away
    assert SendError(FailureKind.CONNECTION).is_server_away
    assert not SendError(FailureKind.REFUSED_4XX).is_server_away


@pytest.mark.parametrize(
    "address", ["a@example.org\nBcc: b@example.org", "đ@example.org", "", "a b"]
)
def test_an_address_that_cannot_be_used_is_refused_before_anybody_hears(address):
    mailbox = Mailbox()
    with serving(mailbox) as url, pytest.raises(SendError) as caught:
        make_mail_sender(url).send(replace(MESSAGE, address=address))
    assert not caught.value.is_server_away
    assert mailbox.letters == []


def test_a_unit_name_with_a_line_end_makes_no_header():
    mailbox = Mailbox()
    line = a_line(unit_name="Xã\r\nBcc: x@example.org")
    with serving(mailbox) as url:
        make_mail_sender(url).send(replace(MESSAGE, lines=[line]))
    letter = read(mailbox.letters[0].content)
    assert letter["Bcc"] is None
    assert letter["Subject"] == "Nhắc hạn 1 hồ sơ · Xã Bcc: x@example.org"


def test_a_folder_takes_mail_whole_and_once(tmp_path):
    sender = make_mail_sender(f"file://{tmp_path}/out%20box")
    sender.send(MESSAGE)
    sender.send(MESSAGE)
    [file] = (tmp_path / "out box").iterdir()
    assert file.name == "tthc-1.eml"
    assert read(file.read_bytes())["To"] == "can-bo@example.org"


def test_a_folder_that_cannot_be_written_is_no_connection(tmp_path):
    (tmp_path / "file").write_text("")
    assert failure(f"file://{tmp_path}/file") is FailureKind.CONNECTION


@pytest.mark.parametrize(
    ("url", "author", "port"),
    [
        ("smtp://mail.example.vn", "tthc@mail.example.vn", 25),
        ("smtp://a%40b.vn:secret@mail.example.vn:587?starttls=1", "a@b.vn", 587),
        ("smtps://user:x@mail.example.vn?from=c@d.vn", "c@d.vn", 465),
    ],
)
def test_the_address_of_the_server_says_how(url, author, port):
    sender = make_mail_sender(url)
    assert (sender.author, sender.port) == (author, port)
    assert sender.is_tls == url.startswith("smtps")
    assert sender.is_starttls == ("starttls=1" in url)
    assert "secret" not in repr(sender)


@pytest.mark.parametrize("url", ["http://mail.example.vn", "smtp://", "file://", "mail"])
def test_another_address_is_refused(url):
    with pytest.raises(ValueError, match="SMTP_URL"):
        make_mail_sender(url)


def check_password(_server, _session, _envelope, _mechanism, login):
    is_right = (login.login, login.password) == (b"tthc", b"a/secret")
    return AuthResult(success=is_right, handled=False)


@pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")
@pytest.mark.parametrize(("password", "is_let_in"), [("a%2Fsecret", True), ("wrong", False)])
def test_a_name_and_a_password_open_the_server(password, is_let_in):
    mailbox = Mailbox()
    demands = {
        "authenticator": check_password,
        "auth_required": True,
        "auth_require_tls": False,
    }
    with serving(mailbox, **demands) as url:
        known = url.replace("smtp://", f"smtp://tthc:{password}@")
        if is_let_in:
            make_mail_sender(known).send(MESSAGE)
        else:
            assert failure(known) is FailureKind.CONNECTION
    assert len(mailbox.letters) == is_let_in


def test_mail_that_should_be_encrypted_never_goes_in_the_open():
    mailbox = Mailbox()
    with serving(mailbox) as url:
        assert failure(f"{url}&starttls=1") is FailureKind.CONNECTION
        assert failure(url.replace("smtp://", "smtps://")) is FailureKind.CONNECTION
    assert mailbox.letters == []


def test_an_author_that_is_no_address_is_refused():
    with pytest.raises(ValueError, match="from"):
        make_mail_sender("smtp://mail.example.vn?from=mot-cua")
