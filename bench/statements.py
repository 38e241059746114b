"""The SQL that a request sends: caught, counted, and turned into a script for pgbench."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, event

from bench.ground import pgbench

MOST_SCRIPTS = 100


@dataclass(frozen=True, slots=True)
class Caught:
    """One statement as it went to the driver."""

    text: str
    parameters: Any


@contextmanager
def catching(engine: Engine) -> Iterator[list[Caught]]:
    """Give a list that fills with the statements of everything done in the block.

    BEGIN and COMMIT are not among them, nor the question whether the connection is alive.
    """
    caught: list[Caught] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        caught.append(Caught(statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield caught
    finally:
        event.remove(engine, "before_cursor_execute", note)


def spelt_out(caught: Sequence[Caught], dsn: str) -> list[str]:
    """Return statements with their parameters written into them."""
    with psycopg.connect(dsn) as connection:
        cursor = psycopg.ClientCursor(connection)
        return [cursor.mogrify(c.text.encode(), c.parameters or None) for c in caught]


def script(
    statements: Sequence[str],
    *,
    preamble: str = "",
    given_back: Mapping[str, Callable[[str], bool]] | None = None,
    replaced: Sequence[tuple[str, str]] = (),
) -> str:
    """Return a pgbench script of one transaction.

    The result of the statement that ``given_back`` picks under a name becomes that variable;
    each pair of ``replaced`` is a pattern and what stands for it, such as a variable.
    """
    lines = [preamble, "BEGIN;"]
    for statement in statements:
        text = " ".join(statement.split())
        for pattern, stand_in in replaced:
            text = re.sub(pattern, stand_in, text)
        names = [name for name, fits in (given_back or {}).items() if fits(statement)]
        lines.append(text + (" \\gset" if names else ";"))
    return "\n".join([*lines, "COMMIT;", ""])


@dataclass(frozen=True, slots=True)
class Bare:
    """What pgbench alone gets out of the same statements."""

    per_second: float
    latency_ms: float


def run_pgbench(scripts: Sequence[str], dsn: str, *, clients: int, seconds: float) -> Bare:
    """Send the scripts by chance, prepared, from ``clients`` connections at once."""
    with tempfile.TemporaryDirectory(prefix="tthc-bench-") as folder:
        command = [pgbench(), "-n", "-M", "prepared", "-c", str(clients), "-j", "2"]
        command += ["-T", str(max(1, round(seconds)))]
        for number, text in enumerate(scripts[:MOST_SCRIPTS]):
            path = Path(folder) / f"{number}.sql"
            path.write_text(text, encoding="utf-8")
            command += ["-f", str(path)]
        answer = subprocess.run([*command, dsn], capture_output=True, text=True, check=False)
    if answer.returncode or "aborted" in answer.stderr:
        raise RuntimeError(answer.stderr[-2000:] or answer.stdout[-2000:])
    return Bare(
        _number(r"tps = ([0-9.]+)", answer), _number(r"latency average = ([0-9.]+)", answer)
    )


def _number(pattern: str, answer: subprocess.CompletedProcess[str]) -> float:
    found = re.search(pattern, answer.stdout)
    if found is None:
        raise RuntimeError(answer.stdout)
    return float(found[1])
