"""How long linking and verifying the audit chain take, in how much memory.

Usage: python3 bench/audit.py [--dossiers 50000]

A server of its own is filled twice, with a tenth of the dossiers and with the rest; both are linked
and verified, each time in a process of its own, so that its peak of memory can be compared. The
baseline hashes as many records of the same size twice with SHA-256 and does nothing else.
"""

from __future__ import annotations

import hashlib
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import entry  # noqa: F401 - finds the environment

from bench.entry import ROOT
from bench.ground import parser
from bench.quiet import wait_for_quiet
from bench.report import Row, print_table
from config.logging import configure
from tthc.domain.anchors import read_anchors
from tthc.jobs.auditing import AuditPlace, anchor_all, link_recent, read_keys
from tthc.jobs.demonstrating import DemoWish, demonstrate
from tthc.jobs.migrating import migrate
from tthc.launch.postgres import throwaway_postgres
from tthc.services.audit_checks import Outside, verify_audit
from tthc.storage.session import LONG_STATEMENT_TIMEOUT_MS, open_database

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
LEAST_A_SECOND = 20_000
RECORD_BYTES = 1_000


def work(what: str, url: str, folder: str) -> None:
    """Link or verify everything, and print how much, the seconds, and the peak of memory in MiB."""
    sessions = open_database(url, pool_size=1, statement_timeout_ms=LONG_STATEMENT_TIMEOUT_MS)
    place = AuditPlace(Path(folder))
    keys = read_keys(sessions, place)
    begun = time.perf_counter()
    if what == "link":
        count = link_recent(sessions, place, clock=lambda: NOW)
    else:
        anchors = tuple(read_anchors(place.anchors.read_text().splitlines()))
        with sessions.begin() as session:
            verdict = verify_audit(session, keys.veil, Outside(anchors))
        assert not verdict.flaw_count, verdict.flaws[0]
        count = verdict.links
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(count, seconds, peak)


def apart(what: str, url: str, folder: str) -> tuple[int, float, float]:
    """Do ``work`` in a process of its own and return what it printed."""
    done = subprocess.run(
        [sys.executable, __file__, what, url, folder], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    count, seconds, peak = done.stdout.split()
    print(f"  {what}: {count} links in {float(seconds):.1f} s, peak {float(peak):.0f} MiB")
    return int(count), float(seconds), float(peak)


def bare_rate() -> float:
    """Return how many records a second are hashed twice and nothing else."""
    record, count = b"x" * RECORD_BYTES, 200_000
    begun = time.perf_counter()
    for _ in range(count):
        hashlib.sha256(hashlib.sha256(record).digest()).digest()
    return count / (time.perf_counter() - begun)


def measure_audit(dossiers: int) -> list[Row]:
    rates: dict[str, float] = {}
    peaks = []
    with throwaway_postgres() as url, tempfile.TemporaryDirectory() as folder:
        migrate(url, ROOT, now=NOW)
        sessions = open_database(url, pool_size=1)
        for part, seed in ((dossiers // 10, 1), (dossiers, 2)):
            wish = DemoWish(50, part, seed=seed)
            demonstrate(url, wish, progress=lambda _done: None, now=NOW)
            wait_for_quiet()
            for what in ("link", "verify"):
                count, seconds, peak = apart(what, url, folder)
                rates[what] = count / seconds
                if what == "link":
                    anchor_all(sessions, AuditPlace(Path(folder)), clock=lambda: NOW)
                else:
                    peaks.append(peak)
        sessions.kw["bind"].dispose()
    bare = bare_rate()
    names = {"link": "linking", "verify": "verifying, rows against events included"}
    limits = {"link": None, "verify": LEAST_A_SECOND}
    rows = [Row(names[w], rates[w], "/s", limits[w], "SHA-256 twice", bare) for w in rates]
    return [*rows, Row("peak of verifying", peaks[1], "MiB", None, "a tenth of it", peaks[0])]


def main() -> None:
    if len(sys.argv) == 4 and sys.argv[1] in {"link", "verify"}:
        work(*sys.argv[1:])
        return
    configure("WARNING")
    options = parser(__doc__)
    options.set_defaults(dossiers=50_000)
    print_table(measure_audit(options.parse_args().dossiers))


if __name__ == "__main__":
    main()
