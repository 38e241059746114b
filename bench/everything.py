"""Measure everything at a million dossiers and print one table.

Usage: python3 bench/everything.py [--home FOLDER] [--seconds 10] [--windows 3]

Nothing else should run on the machine meanwhile.
"""

from __future__ import annotations

import entry  # noqa: F401 - finds the environment

from bench.desk import measure_desk
from bench.fill import ensure_filled
from bench.ground import chosen_home, parser, running
from bench.indicators import measure_indicators
from bench.report import print_table
from bench.sweep import CROSSINGS, measure_sweep
from config.logging import configure


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--seconds", type=float, default=10)
    options.add_argument("--windows", type=int, default=3)
    given = options.parse_args()
    given.only, given.times, given.crossings = "create,read,list", 7, CROSSINGS
    configure("WARNING")
    with chosen_home(given.home) as home, running(home) as url:
        ground = ensure_filled(home, url, given.dossiers)
        rows = measure_indicators(ground, given) + measure_sweep(ground, given)
        print_table(rows + measure_desk(ground, given))


if __name__ == "__main__":
    main()
