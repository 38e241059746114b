"""Starting and ending the desks that write, and reading their ledger."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.entry import ROOT
from bench.faults.crew import Crew
from bench.faults.database import Database
from bench.faults.ledger import Balance, Ledger, counters, read_ledger, settle
from bench.faults.stand import FaultError, until
from bench.ground import token_of
from bench.serving import fetch
from tthc.launch.supervisor import spawn

START_SECONDS = 30.0
PLACES = """
SELECT DISTINCT g.unit_code FROM role_grants g JOIN units u ON u.code = g.unit_code
WHERE g.role = 'reception' AND u.agency_code IS NOT NULL ORDER BY 1 LIMIT 60
"""


@dataclass(slots=True)
class Writing:
    """Desks at work on one API. ``run`` marks what they write."""

    crew: Crew
    database: Database
    run: str
    process: subprocess.Popen[bytes]
    path: Path
    before: dict[str, int] = field(default_factory=dict)

    def look(self) -> Ledger:
        """Return what was noted so far."""
        return read_ledger(self.path)

    def end(self) -> Ledger:
        """Let everything begun be answered, and return the whole ledger."""
        self.process.send_signal(signal.SIGTERM)
        until(lambda: self.process.poll() is not None, 90, tend=self.crew.tend, what="desks end")
        if self.process.returncode:
            raise FaultError(f"the desks broke: see {self.path.with_name('desks.log')}")
        return self.look()

    def settle(self, ledger: Ledger) -> Balance:
        return settle(self.database, ledger, self.run, self.before)


@contextmanager
def writing(
    crew: Crew, database: Database, *, run: str, clients: int = 8, per_second: float = 40
) -> Iterator[Writing]:
    """Let desks write for the length of a block, once the API answers."""
    until(lambda: answers(crew.port), START_SECONDS, tend=crew.tend, what="the API answers")
    folder = crew.folder / run
    folder.mkdir(exist_ok=True)
    places = [(unit, token_of(unit)) for (unit,) in database.rows(PLACES)]
    (folder / "desks.json").write_text(json.dumps(places), encoding="utf-8")
    command = [sys.executable, "-m", "bench.faults.desks", str(crew.port), str(clients)]
    before = counters(database)
    with (folder / "desks.log").open("wb") as log:
        process = spawn(
            [*command, str(per_second), run, str(folder)], crew.environment, ROOT, output=log
        )
    path = folder / "ledger.jsonl"
    try:
        until(path.exists, START_SECONDS, tend=crew.tend, what="desks write")
        yield Writing(crew, database, run, process, path, before)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def answers(port: int) -> bool:
    try:
        return fetch(port, "/health/live")[0] == 200
    except OSError:
        return False


def sees_redis(port: int) -> bool:
    """Tell whether ``/health/ready`` says that Redis answers."""
    try:
        return bool(json.loads(fetch(port, "/health/ready")[1])["checks"]["redis"])
    except (OSError, ValueError):
        return False


def moment() -> float:
    """Return the present as the ledger notes it."""
    return time.time()
