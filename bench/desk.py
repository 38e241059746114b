"""What a desk does all day, over HTTP with everything on: create, read one, list twenty.

Usage: python3 bench/desk.py [--home FOLDER] [--only create,read,list] [--seconds 10] [--windows 3]

Beside each stand the same SQL statements sent by pgbench, and a view that does nothing under
the same server. The best window counts; all are printed.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import entry  # noqa: F401 - finds the environment

from bench.desk_requests import MEASURES, Measure, Target, catch, choose_targets, forget_keys
from bench.fill import ensure_filled
from bench.ground import Ground, checkpoint, chosen_home, parser, running, utc_now
from bench.report import Row, print_table
from bench.serving import NOTHING, PRODUCT, Window, press, serving
from bench.statements import Bare, run_pgbench
from config.logging import configure
from tthc.storage.session import open_database

CLIENTS = 16
SCRIPTS = 60
SPARE_PER_SECOND = 800


def measure_bare(
    measure: Measure, ground: Ground, targets: Sequence[Target], given: argparse.Namespace
) -> tuple[Bare, int]:
    """Return what pgbench gets out of the same statements, and how many there are."""
    sessions = open_database(ground.url)
    scripts, count = [], 0
    for target in targets[:SCRIPTS]:
        forget_keys(ground)
        caught = catch(measure, target, sessions)
        scripts.append(measure.bare(caught, ground, target))
        count = len(caught)
    sessions.kw["bind"].dispose()
    runs = [
        run_pgbench(scripts, ground.dsn, clients=CLIENTS, seconds=given.seconds)
        for _ in range(given.windows)
    ]
    return max(runs, key=lambda run: run.per_second), count


def measure_load(
    measure: Measure, port: int, targets: Sequence[Target], given: argparse.Namespace
) -> Window:
    """Return the best window of load on a server."""
    windows = []
    for number in range(given.windows + 1):
        seconds = given.seconds if number else 2
        count = int(seconds * SPARE_PER_SECOND) if measure.is_write else len(targets)
        stamp = f"{utc_now():%H%M%S%f}"
        requests = (
            measure.request(targets[n % len(targets)], f"bench-{stamp}-{n}") for n in range(count)
        )
        again = not measure.is_write
        window = press(port, requests, clients=CLIENTS, seconds=seconds, again=again)
        if number:
            windows.append(window)
            print(f"  {measure.name}: {describe(window)}", flush=True)
    return max(windows, key=lambda window: window.per_second)


def measure_nothing(measure: Measure, ground: Ground, given: argparse.Namespace) -> Window:
    """Return what the server gives with a view that does nothing, for requests of that size."""
    request = measure.request(Target("-", "-"), "bench").replace(b" /api/v1/dossiers", b" /nothing")
    path = request.split(b" ")[1]
    request = request.replace(path, b"/nothing", 1)
    with serving(NOTHING, database_url=ground.url, home=ground.home) as port:
        windows = [
            press(port, [request], clients=CLIENTS, seconds=given.seconds, again=True)
            for _ in range(2)
        ]
    return max(windows, key=lambda window: window.per_second)


def describe(window: Window) -> str:
    return (
        f"{window.per_second:7.0f}/s  p50 {window.p50_ms:6.1f}  p95 {window.p95_ms:6.1f}"
        f"  p99 {window.p99_ms:6.1f} ms  generator {window.generator_cpu:4.0%} of one core"
        f"  machine {window.others:4.0%} busy before"
    )


def rows_of(measure: Measure, got: Window, bare: tuple[Bare, int], nothing: Window) -> list[Row]:
    name = f"{measure.name} ({bare[1]} statements), {CLIENTS} clients"
    rows = [
        Row(name, got.per_second, "/s", measure.least_per_second, "pgbench", bare[0].per_second),
        Row("", got.per_second, "/s", None, "empty view", nothing.per_second),
    ]
    if measure.most_p95_ms is not None:
        most = measure.most_p95_ms
        rows.append(Row("   p95", got.p95_ms, "ms", most, "empty view", nothing.p95_ms))
    return rows


def measure_desk(ground: Ground, given: argparse.Namespace) -> list[Row]:
    """Measure what was asked for; return the rows of the table."""
    targets = choose_targets(ground)
    rows: list[Row] = []
    for measure in MEASURES:
        if measure.name in given.only.split(","):
            with serving(PRODUCT, database_url=ground.url, home=ground.home) as port:
                checkpoint(ground)
                got = measure_load(measure, port, targets, given)
            nothing = measure_nothing(measure, ground, given)
            checkpoint(ground)
            rows += rows_of(measure, got, measure_bare(measure, ground, targets, given), nothing)
    return rows


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--only", default="create,read,list")
    options.add_argument("--seconds", type=float, default=10)
    options.add_argument("--windows", type=int, default=3)
    given = options.parse_args()
    configure("WARNING")
    with chosen_home(given.home) as home, running(home) as url:
        print_table(measure_desk(ensure_filled(home, url, given.dossiers), given))


if __name__ == "__main__":
    main()
