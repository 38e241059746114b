"""How long linking and verifying the audit chain take, in how much memory.

Usage: python3 bench/audit.py [--dossiers 50000]

A server of its own is filled twice, with a tenth of the dossiers and with the rest; both are linked
and verified, each in a process of its own, so that its peak of memory can be compared. The
baseline hashes as many records of the same size twice with SHA-256 and does nothing else.
"""

from __future__ import annotations

import hashlib
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import entry  # noqa: F401 - finds the environment
from sqlalchemy.orm import Session

from bench.entry import ROOT
from bench.ground import parser
from bench.quiet import wait_for_quiet
from bench.report import Row, print_table
from config.logging import configure
from tthc.domain.anchors import Anchor, read_anchors
from tthc.domain.audit_walk import Flaw, Walk
from tthc.jobs.auditing import AuditPlace, anchor_all, link_recent, read_keys
from tthc.jobs.demonstrating import DemoWish, demonstrate
from tthc.jobs.migrating import migrate
from tthc.launch.postgres import throwaway_postgres
from tthc.services.audit_checks import Outside, verify_audit, walk_links
from tthc.storage.session import LONG_STATEMENT_TIMEOUT_MS, open_database

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
LEAST_A_SECOND = 20_000
RECORD_BYTES = 1_000


def work(what: str, url: str, folder: str) -> None:
    """Link, walk or verify all, and print how much, the seconds, and the peak of memory in MiB."""
    sessions = open_database(url, pool_size=1, statement_timeout_ms=LONG_STATEMENT_TIMEOUT_MS)
    place = AuditPlace(Path(folder))
    keys = read_keys(sessions, place)
    begun = time.perf_counter()
    if what == "link":
        count = link_recent(sessions, place, clock=lambda: NOW)
    else:
        anchors = tuple(read_anchors(place.anchors.read_text().splitlines()))
        with sessions.begin() as session:
            flaws, count = DOING[what](session, keys.veil, anchors)
        assert not flaws, flaws[0]
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(count, seconds, peak)


def walk(session: Session, veil: bytes, anchors: Sequence[Anchor]) -> tuple[list[Flaw], int]:
    """Work out every link and anchor again."""
    walk = Walk(anchors)
    return list(walk_links(session, walk, veil)), walk.checked


def verify(session: Session, veil: bytes, anchors: Sequence[Anchor]) -> tuple[list[Flaw], int]:
    """Do that, and hold every dossier's row against its events."""
    verdict = verify_audit(session, veil, Outside(tuple(anchors)))
    return list(verdict.flaws), verdict.links


DOING = {"walk": walk, "verify": verify}


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
            for what in ("link", *DOING):
                count, seconds, peak = apart(what, url, folder)
                rates[what] = count / seconds
                if what == "link":
                    anchor_all(sessions, AuditPlace(Path(folder)), clock=lambda: NOW)
                elif what == "verify":
                    peaks.append(peak)
        sessions.kw["bind"].dispose()
    bare = bare_rate()
    names = {"link": "linking", "walk": "verifying links and anchors"}
    names["verify"] = "the same, and rows against events"
    limits = {"walk": LEAST_A_SECOND}
    rows = [Row(names[w], rates[w], "/s", limits.get(w), "SHA-256 twice", bare) for w in rates]
    return [*rows, Row("peak of verifying", peaks[1], "MiB", None, "a tenth of it", peaks[0])]


def main() -> None:
    if len(sys.argv) == 4 and sys.argv[1] in {"link", *DOING}:
        work(*sys.argv[1:])
        return
    configure("WARNING")
    options = parser(__doc__)
    options.set_defaults(dossiers=50_000)
    print_table(measure_audit(options.parse_args().dossiers))


if __name__ == "__main__":
    main()
