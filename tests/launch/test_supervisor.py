"""Children are asked to stop first, then made to; their logs are kept."""

from __future__ import annotations

import os
import sys
import threading
import time

import pytest

from tests.launch.probes import eventually, is_alive
from tthc.launch.stopping import StopRequest
from tthc.launch.supervisor import Child, Supervisor, rotate

STUBBORN = (
    "import signal, time\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "print('begun', flush=True)\n"
    "time.sleep(600)\n"
)
POLITE = (
    "import signal, sys, time\n"
    "signal.signal(signal.SIGTERM, lambda *_: sys.exit(print('farewell', flush=True)))\n"
    "print('begun', flush=True)\n"
    "time.sleep(600)\n"
)


def child(tmp_path, code: str) -> Child:
    log = tmp_path / "log" / "child.log"
    return Child("child", (sys.executable, "-c", code), dict(os.environ), tmp_path, log)


def begin(tmp_path, code: str, stop: StopRequest, seconds: float) -> tuple[Child, Supervisor]:
    one = child(tmp_path, code)
    supervisor = Supervisor([one], stop, warm_seconds=seconds)
    supervisor.start()
    assert eventually(lambda: "begun" in one.log.read_text())
    return one, supervisor


@pytest.fixture
def stop():
    request = StopRequest()
    yield request
    request.close()


def test_a_process_is_left_the_time_to_end_by_itself(tmp_path, stop):
    one, supervisor = begin(tmp_path, POLITE, stop, 10)
    supervisor.stop()
    assert "farewell" in one.log.read_text()
    assert one.process
    assert one.process.returncode == 0


def test_a_process_that_ignores_the_request_is_killed_after_a_while(tmp_path, stop, capsys):
    one, supervisor = begin(tmp_path, STUBBORN, stop, 0.3)
    supervisor.stop()
    assert one.process
    assert not is_alive(one.process.pid)
    assert "child does not end by itself" in capsys.readouterr().err


def test_asking_again_while_waiting_ends_the_wait(tmp_path, stop):
    one, supervisor = begin(tmp_path, STUBBORN, stop, 60)
    begun = time.monotonic()
    impatience = threading.Timer(0.3, stop.make)
    impatience.start()
    supervisor.stop()
    impatience.join()
    assert time.monotonic() - begun < 30
    assert one.process
    assert not is_alive(one.process.pid)


def test_logs_begin_anew_and_three_older_ones_are_kept(tmp_path):
    log = tmp_path / "x.log"
    for number in range(5):
        rotate(log)
        log.write_text(str(number))
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert kept == ["x.log", "x.log.1", "x.log.2", "x.log.3"]
    assert (log.read_text(), (tmp_path / "x.log.3").read_text()) == ("4", "1")
