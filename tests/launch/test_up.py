"""`up` brings everything up, keeps it up and takes everything down."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.launch.probes import eventually, processes_with

ROOT = Path(__file__).parents[2]


class Run:
    """A stand-in application that runs in a process of its own."""

    def __init__(self, home: Path, fault: str = "", port: int | None = None) -> None:
        self.home = home
        self.port = port or free_port()
        self.output = home / f"terminal-{self.port}.txt"
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.launch.standin", str(home), str(self.port), fault],
                cwd=ROOT,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def text(self) -> str:
        return self.output.read_text()

    def wait_for(self, text: str) -> None:
        assert eventually(lambda: text in self.text() or self.process.poll() is not None, 60)
        assert text in self.text(), self.text()

    def end(self, number: int = signal.SIGINT) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(60)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.output.unlink(missing_ok=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_live(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


@pytest.fixture
def start(home):
    runs: list[Run] = []

    def begin(fault: str = "", port: int | None = None) -> Run:
        runs.append(Run(home, fault, port))
        return runs[-1]

    yield begin
    for run in runs:
        run.close()
    assert eventually(lambda: processes_with(str(home)) == [])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_request_to_stop_leaves_no_process(start, home, number):
    run = start()
    run.wait_for("Ctrl-C stops everything")
    assert is_live(run.port)
    assert run.end(number) == 0
    assert processes_with(str(home)) == []
    assert "Everything has stopped." in run.text()


def test_a_start_tells_where_everything_is(start, home):
    run = start()
    run.wait_for("Ctrl-C stops everything")
    text = run.text()
    assert f"http://127.0.0.1:{run.port}/docs" in text
    assert str(home / "postgres") in text
    assert str(home / "log") in text
    assert "officer  canbo1" in text
    run.end()


def test_demonstration_data_are_made_at_the_first_start_only(start, home):
    (home / "demonstrated").unlink(missing_ok=True)
    seen = []
    for _ in range(2):
        run = start()
        run.wait_for("Ctrl-C stops everything")
        seen.append("demonstration made" in run.text())
        run.end()
    assert seen == [True, False]


def test_a_second_start_of_the_same_home_is_refused(start):
    first = start()
    first.wait_for("Ctrl-C stops everything")
    second = start()
    assert second.process.wait(30) == 1
    assert (
        f"Already up: http://127.0.0.1:{first.port}, process {first.process.pid}" in second.text()
    )
    assert is_live(first.port)
    first.end()


def test_a_taken_port_is_told_and_none_is_chosen_instead(start, home):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        run = start(port=other.getsockname()[1])
        assert run.process.wait(30) == 1
    assert f"Port {run.port} of 127.0.0.1 is taken by another program" in run.text()
    assert "--port" in run.text()


def test_a_process_that_dies_is_started_again_and_that_is_said(start, home):
    run = start()
    run.wait_for("Ctrl-C stops everything")
    for number in processes_with(f"{run.port}\0{home}"):
        if number != run.process.pid:
            os.kill(number, signal.SIGKILL)
    run.wait_for("! api ended with status -9; starting it again (1)")
    assert eventually(lambda: is_live(run.port))
    run.end()


def test_a_process_that_keeps_dying_ends_everything_with_its_last_words(start, home):
    run = start("dies")
    assert run.process.wait(90) == 1
    assert "relay ended 6 times within a minute" in run.text()
    assert "the relay has no bell" in run.text()
    assert processes_with(str(home)) == []


def test_a_failed_migration_ends_everything_with_its_last_words(start, home):
    run = start("migration")
    assert run.process.wait(60) == 1
    assert "no such table" in run.text()
    assert processes_with(str(home)) == []


def test_a_request_to_stop_is_heard_while_data_are_being_made(start, home):
    (home / "demonstrated").unlink(missing_ok=True)
    run = start("slow")
    run.wait_for("First start: demonstration data")
    assert run.end() == 0
    assert processes_with(str(home)) == []
    assert not (home / "demonstrated").exists()


def test_a_supervisor_killed_outright_leaves_no_process(start, home):
    run = start()
    run.wait_for("Ctrl-C stops everything")
    run.process.kill()
    run.process.wait()
    left = "import time; time.sleep(600)"  # a child's own child; the real ones end with theirs
    assert eventually(lambda: len(processes_with(str(home))) <= 1)
    for number in processes_with(str(home)):
        assert left in Path(f"/proc/{number}/cmdline").read_text()
        os.kill(number, signal.SIGKILL)
