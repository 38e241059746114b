"""The application, or the one that does nothing, under the server that `up` starts."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.entry import ROOT
from bench.generator import CYCLE
from bench.quiet import wait_for_quiet
from tthc.launch.processes import process_table

PRODUCT, NOTHING = "wsgi:app", "bench.nothing:app"
START_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Window:
    """What one stretch of load gave; ``others`` is how busy the machine was just before."""

    per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    generator_cpu: float
    others: float


class LoadError(Exception):
    """The server refused or broke."""


@contextmanager
def serving(application: str, *, database_url: str, home: Path) -> Iterator[int]:
    """Give the port of a running server, started with the options that `up` uses."""
    port = free_port()
    table = process_table(host="127.0.0.1", port=port, beat_schedule="")
    command = [application if part == PRODUCT else part for part in table.services["api"]]
    environment = os.environ | {
        "DATABASE_URL": database_url,
        "SECRET_KEY": "a key for measuring, kept by nobody",
        "TTHC_ENV": "trial",
        "TTHC_HOME": str(home),
    }
    log = home / f"{application.partition(':')[0]}.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            wait_until_answering(port)
            yield port
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_answering(port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            fetch(port, "/")
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


def fetch(port: int, path: str, token: str | None = None) -> tuple[int, bytes]:
    """Ask once for ``path`` and return status and body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def request_bytes(
    method: str, path: str, *, token: str = "", body: bytes = b"", key: str = ""
) -> bytes:
    """Return a whole request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"Authorization: Bearer {token}"] if token else []
    lines += [f"Idempotency-Key: {key}"] if key else []
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def press(
    port: int, requests: Iterable[bytes], *, clients: int, seconds: float, again: bool
) -> Window:
    """Send requests by ``clients`` at once for so long; ``again`` repeats them when all are sent.

    Raises:
        LoadError: an answer was an error.
    """
    others = wait_for_quiet()
    with tempfile.NamedTemporaryFile(prefix="tthc-bench-") as file:
        file.write((CYCLE if again else b"-") + b"\0".join(requests))
        file.flush()
        command = [sys.executable, "-m", "bench.generator", str(port), str(clients), str(seconds)]
        answer = subprocess.run(
            [*command, file.name], cwd=ROOT, capture_output=True, text=True, check=True
        )
    told = json.loads(answer.stdout)
    wrong = {status: n for status, n in told.pop("statuses").items() if int(status) >= 400}
    sample = told.pop("sample")
    if wrong:
        raise LoadError(f"answers with status {wrong}, such as {sample}")
    return Window(**told, others=others)
