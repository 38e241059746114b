"""Break things on purpose and print one table of what came of it.

Usage: python3 bench/faults/run.py [NAME …] [--rounds N] [--quick] [--json]

Everything runs on servers of its own in a temporary folder; Ctrl-C ends them all. The status is
1 when a limit was missed or a seeded fault was not seen. Names: worker, redis, postgres, api,
beats, clocks, mail, poison; all of them by default. What each measures: docs/reliability.md.
"""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import entry  # noqa: F401 - finds the environment

from bench.faults.outcome import Outcome, as_json, lines_of, print_table
from bench.faults.scenarios import SCENARIOS
from bench.faults.stand import Stand, standing
from bench.faults.wish import Wish
from bench.ground import chosen_home, parser
from config.logging import configure

DOSSIERS = 40_000


def one(name: str, stand: Stand, wish: Wish) -> Outcome:
    begun = time.monotonic()
    print(f"{name}:", flush=True)
    outcome = SCENARIOS[name](stand, wish)
    outcome.seconds = time.monotonic() - begun
    for line in lines_of(outcome):
        print("  " + " | ".join(part for part in line[2:] if part), flush=True)
    print(f"  {outcome.seconds:.0f} s", flush=True)
    return outcome


def main() -> int:
    options = parser(__doc__)
    options.set_defaults(dossiers=DOSSIERS)
    options.add_argument("names", nargs="*", metavar="NAME", help="scenarios, all by default")
    options.add_argument("--rounds", type=int, help="how often each thing is broken")
    options.add_argument("--quick", action="store_true", help="few rounds, faults of 10 s")
    options.add_argument("--json", action="store_true", help="print the table as JSON")
    given = options.parse_args()
    unknown = set(given.names) - SCENARIOS.keys()
    if unknown:
        options.error(f"no such scenario: {', '.join(sorted(unknown))}")
    wish = Wish(given.rounds, given.quick)
    configure("ERROR")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with chosen_home(given.home) as home, standing(home, given.dossiers) as stand:
        outcomes = [one(name, stand, wish) for name in given.names or SCENARIOS]
    if given.json:
        print(as_json(outcomes))
    else:
        print_table(outcomes)
    return 0 if all(outcome.holds for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
