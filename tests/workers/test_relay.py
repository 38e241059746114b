"""The relay goes round by itself, survives a lost database, and ends when asked."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from config.settings import Settings
from tests import make
from tests.channels.servers import Mailbox, serving
from tests.jobs.alerting import LATE, Inbox, a_late_dossier, a_staffed_desk, deliveries
from tests.jobs.noticing import CITIZEN, DELAY, a_told_dossier, letter_rules
from tthc.channels.mail import FolderSender, SmtpSender
from tthc.jobs.sweeping import sweep
from tthc.services.slots import last_finished
from tthc.services.watch import RELAY_TASK
from tthc.storage.session import open_database
from tthc.storage.tables.alerts import DeliveryStatus
from workers.context import Doors
from workers.relay import Relay, make_relay

ROOT = Path(__file__).parents[2]


@pytest.fixture
def desk(session):
    a_staffed_desk(session)
    a_late_dossier(session)
    session.commit()


def test_a_round_routes_sends_and_gives_a_sign_of_life(session, sessions, doors, clock, desk):
    sweep(sessions, clock=clock)
    inbox = Inbox()
    relay = Relay(doors, {"mail": inbox}, letter_rules(), threading.Event())
    routed, delivered, _ = relay.go_round()
    assert (routed.routed, delivered.sent) == (1, 2)
    assert last_finished(session, RELAY_TASK) == clock.at
    relay.go_round()
    assert len(inbox.messages) == 2


def test_a_round_writes_to_citizens_too(session, doors, clock):
    make.a_desk(session)
    a_told_dossier(session)
    session.commit()
    clock.at = make.NOW + DELAY
    inbox = Inbox()
    _, delivered, told = Relay(doors, {"mail": inbox}, letter_rules(), threading.Event()).go_round()
    assert (delivered.sent, told.sent) == (0, 1)
    assert inbox.addresses == [CITIZEN]


def nowhere():
    return open_database("postgresql+psycopg://127.0.0.1:1/nowhere")


def no_more():
    raise LookupError


@pytest.mark.parametrize("failing", [nowhere, no_more])
def test_without_a_database_or_with_a_bug_it_waits_and_tries_again(clock, failing):
    stop = threading.Event()
    tries = []

    def sessions():
        tries.append(1)
        if len(tries) == 3:
            stop.set()
        return failing()

    Relay(Doors(sessions, clock), {}, letter_rules(), stop, idle_seconds=0.01).run()
    assert len(tries) == 3


def test_mail_of_a_trial_goes_to_a_folder_and_of_production_nowhere(tmp_path):
    base = {"DATABASE_URL": "postgresql://nowhere/x", "TTHC_HOME": str(tmp_path)}
    trial = make_relay(Settings.from_env(base), threading.Event())
    assert trial.senders["mail"] == FolderSender(tmp_path / "outbox", "tthc@localhost")
    real = base | {
        "TTHC_ENV": "production",
        "REDIS_URL": "redis://queue",
        "SECRET_KEY": "p7Jq2mVx9Lr4Tz8Wc1Bn6Ys3Kd5Fg0Ha",
    }
    assert "mail" not in make_relay(Settings.from_env(real), threading.Event()).senders
    addressed = real | {"SMTP_URL": "smtp://mail.example.vn"}
    sender = make_relay(Settings.from_env(addressed), threading.Event()).senders["mail"]
    assert isinstance(sender, SmtpSender)


def test_words_that_cannot_be_used_keep_letters_back_and_no_alert(
    session, sessions, doors, clock, desk, tmp_path, capsys
):
    base = {"DATABASE_URL": "postgresql://nowhere/x", "TTHC_HOME": str(tmp_path)}
    made = make_relay(Settings.from_env(base), threading.Event(), letters=tmp_path)
    assert made.letters is None
    assert "letters_unusable" in capsys.readouterr().out
    a_told_dossier(session)
    session.commit()
    sweep(sessions, clock=clock)
    _, delivered, notices = replace(made, doors=doors, senders={"mail": Inbox()}).go_round()
    assert (delivered.sent, notices.sent) == (3, 0)


@pytest.fixture
def committed_desk(committed_sessions, clock):
    with committed_sessions.begin() as session:
        a_staffed_desk(session)
        a_late_dossier(session)
    sweep(committed_sessions, clock=clock)


def start_relay(url, smtp_url, home, **more):
    environment = {
        "DATABASE_URL": url,
        "SMTP_URL": smtp_url,
        "TTHC_HOME": str(home),
        "TTHC_CLOCK": f"offset:-{(datetime.now(UTC) - LATE) // timedelta(hours=1)}h",
        **more,
    }
    return subprocess.Popen(
        [sys.executable, "-m", "workers.relay"],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.PIPE,
    )


def wait_until(is_so, seconds=20.0):
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_asked_to_end_it_finishes_its_message_first(
    committed_url, committed_sessions, committed_desk, tmp_path
):
    mailbox = Mailbox("hang")
    with serving(mailbox) as smtp_url:
        process = start_relay(committed_url, smtp_url, tmp_path)
        wait_until(lambda: len(mailbox.offers) == 1)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 0, errors.decode()
    assert len(mailbox.letters) == 1
    with committed_sessions() as session:
        rows = deliveries(session)
    assert sorted(row.status for row in rows) == [DeliveryStatus.SENT, DeliveryStatus.WAITING]
    assert {row.leased_until for row in rows} == {None}


def test_killed_it_sends_again_what_nobody_confirmed_under_the_same_id(
    committed_url, committed_sessions, committed_desk, tmp_path
):
    mailbox = Mailbox("hang")
    with serving(mailbox) as smtp_url:
        process = start_relay(committed_url, smtp_url, tmp_path)
        wait_until(lambda: len(mailbox.offers) == 1)
        process.kill()
        process.communicate(timeout=20)
        with committed_sessions.begin() as session:
            for row in deliveries(session):
                row.leased_until = None
        process = start_relay(committed_url, smtp_url, tmp_path)
        wait_until(lambda: len(mailbox.letters) == 2)
        process.terminate()
        process.communicate(timeout=20)
    letters = [message_from_bytes(m.content, policy=default) for m in mailbox.offers]
    assert len(letters) == 3
    assert len({letter["Message-ID"] for letter in letters}) == 2
    with committed_sessions() as session:
        assert {row.status for row in deliveries(session)} == {DeliveryStatus.SENT}
