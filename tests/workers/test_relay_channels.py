"""The relay as a process, with channels of NOTIFY_URLS."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest

from config.settings import Settings
from tests.channels.services import service
from tests.jobs.alerting import LATE, a_late_dossier, a_staffed_desk, deliveries
from tests.make import ROOT
from tests.workers.test_relay import start_relay, wait_until
from tthc.channels.chat import ChatSender
from tthc.channels.zalo_oa import ZaloOaSender
from tthc.jobs.sweeping import sweep
from tthc.services.contact_points import NewContactPoint, add_contact_point
from tthc.storage.tables.alerts import DeliveryStatus
from workers.relay import make_relay


def test_each_channel_has_its_sender(tmp_path):
    names = "telegram=tgram://123456789:aaaabbbbccccddddeeeeffffgggghhhhiii/{target}"
    base = {
        "DATABASE_URL": "postgresql://nowhere/x",
        "TTHC_HOME": str(tmp_path),
        "NOTIFY_URLS": f"{names} zalo_oa=zalooa://123:secret/{{target}}",
    }
    senders = make_relay(Settings.from_env(base), threading.Event()).senders
    assert isinstance(senders["telegram"], ChatSender)
    assert isinstance(senders["zalo_oa"], ZaloOaSender)


def test_the_process_tells_a_chat_and_is_silent_about_whom(
    committed_url, committed_sessions, clock, tmp_path
):
    with committed_sessions.begin() as session:
        a_staffed_desk(session)
        a_late_dossier(session)
        new = NewContactPoint("officer", "hook", "chat-of-lan")
        add_contact_point(session, new, {"hook"}, now=LATE)
    sweep(committed_sessions, clock=clock)
    with service((404, {}), (200, {})) as server:
        url = f"hook=json://127.0.0.1:{server.server_port}/{{target}}"
        process = start_relay(committed_url, f"file://{tmp_path}/outbox", tmp_path, NOTIFY_URLS=url)
        wait_until(lambda: len(server.seen) == 1)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 0, errors.decode()
    assert server.seen[0].path == "/chat-of-lan"
    assert "Mã tin: tthc-" in server.seen[0].json["message"]
    assert b'"kind": "unauthorised"' in errors
    assert b"chat-of-lan" not in errors
    with committed_sessions() as session:
        [chat] = [row for row in deliveries(session) if row.channel == "hook"]
    assert (chat.status, chat.attempts, chat.last_error) == (
        DeliveryStatus.WAITING,
        1,
        "unauthorised",
    )


@pytest.mark.parametrize("address", ["nonsense://SECRET/{target}", "zalooa://SECRET/{target}"])
def test_a_wrong_address_stops_it_without_being_quoted(tmp_path, address):
    environment = os.environ | {
        "DATABASE_URL": "postgresql://nowhere/x",
        "TTHC_HOME": str(tmp_path),
        "NOTIFY_URLS": f"chat={address}",
    }
    done = subprocess.run(
        [sys.executable, "-m", "workers.relay"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert done.returncode != 0
    assert b"NOTIFY_URLS" in done.stderr
    assert b"SECRET" not in done.stderr
