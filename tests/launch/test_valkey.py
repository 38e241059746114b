"""The embedded Valkey answers on a socket and keeps what it was given."""

from __future__ import annotations

import os
import signal
import stat
from pathlib import Path

import pytest
import redis

from tests.launch.probes import eventually, processes_with
from tthc.launch.valkey import EmbeddedValkey, answers, throwaway_valkey


@pytest.fixture
def server(home):
    server = EmbeddedValkey(home)
    server.start()
    yield server
    server.stop()


def ask(url: str, *command: str) -> object:
    with redis.Redis.from_url(url, decode_responses=True) as client:
        return client.execute_command(*command)


def test_a_throwaway_server_is_empty_and_vanishes():
    with throwaway_valkey() as url:
        assert ask(url, "DBSIZE") == 0
        folder = Path(url.removeprefix("unix://")).parent
    assert not folder.exists()
    assert processes_with(str(folder)) == []


def test_messages_are_kept_on_disk_and_never_thrown_out(server):
    settings = {
        name: ask(server.url, "CONFIG", "GET", name)[1]
        for name in ("appendonly", "appendfsync", "maxmemory-policy", "port")
    }
    assert settings == {
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
        "port": "0",
    }


def test_what_was_given_is_there_after_a_restart(home):
    for expected in (None, "bell"):
        server = EmbeddedValkey(home)
        url = server.start()
        assert ask(url, "GET", "k") == expected
        ask(url, "SET", "k", "bell")
        server.stop()
        assert not answers(Path(url.removeprefix("unix://")))


def test_only_this_user_reaches_the_socket(server):
    socket = Path(server.url.removeprefix("unix://"))
    assert stat.S_IMODE(socket.stat().st_mode) == 0o700


def test_a_server_killed_outright_comes_back(server):
    number = int(ask(server.url, "INFO")["process_id"])
    os.kill(number, signal.SIGKILL)

    def is_back() -> bool:
        try:
            return int(ask(server.url, "INFO")["process_id"]) != number
        except redis.ConnectionError:
            return False

    assert eventually(is_back)
