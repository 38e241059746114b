"""`check`: everything that can be said about the code without running it."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tthc.launch.progress import say

CHECKS: Mapping[str, Sequence[str]] = {
    "lint": ("ruff", "check", "."),
    "format": ("ruff", "format", "--check", "."),
    "types": ("mypy",),
    "imports": ("lint-imports",),
    "dependencies": ("deptry", "."),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one check ended."""

    name: str
    passed: bool
    seconds: float


def run_checks(
    root: Path,
    environ: Mapping[str, str],
    arguments: Sequence[str],
    checks: Mapping[str, Sequence[str]] = CHECKS,
) -> int:
    """Run all checks, whatever they find, and list them; 1 when any failed, else 0."""
    parser = argparse.ArgumentParser(prog="python3 -m tthc check", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the outcomes as JSON")
    given = parser.parse_args(list(arguments))
    outcomes = [_outcome(root, environ, name, command) for name, command in checks.items()]
    if given.json:
        print(json.dumps([asdict(outcome) for outcome in outcomes]))
    failed = [outcome.name for outcome in outcomes if not outcome.passed]
    say(f"Failed: {', '.join(failed)}." if failed else f"All {len(outcomes)} checks passed.")
    return 1 if failed else 0


def _outcome(root: Path, environ: Mapping[str, str], name: str, command: Sequence[str]) -> Outcome:
    begun = time.monotonic()
    program = Path(sys.executable).parent / command[0]
    answer = subprocess.run(
        [str(program), *command[1:]],
        cwd=root,
        env=dict(environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    seconds = time.monotonic() - begun
    if answer.returncode:
        sys.stderr.write(answer.stdout)
    say(f"{'✗' if answer.returncode else '✓'} {name}: {' '.join(command)} ({seconds:.1f} s)")
    return Outcome(name, answer.returncode == 0, round(seconds, 1))
