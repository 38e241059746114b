"""How commands answer: lines for people, one JSON document for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

import click

DONE, FAILED = 0, 1
"""How a command ends; wrong use ends with 2."""

json_option = click.option("--json", "as_json", is_flag=True, help="Answer as one JSON document.")


def answer(data: Any, lines: Iterable[str], *, as_json: bool) -> None:
    """Print ``data`` as JSON, or ``lines`` for a person."""
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=as_plain))
        return
    for line in lines:
        click.echo(line)


def as_plain(value: Any) -> Any:
    """Turn a value of ours into what JSON has: instants in ISO form, enums by value."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return value.value if isinstance(value, Enum) else str(value)


def shown(value: object) -> str:
    """Return a value as a cell; what is not known is a dash."""
    return "—" if value is None else str(value)


def table(head: list[str], rows: Iterable[list[str]]) -> list[str]:
    """Lay out rows under a head; the first column to the left, the others to the right."""
    lines = [head, *rows]
    widths = [max(len(line[n]) for line in lines) for n in range(len(head))]
    return [
        "  ".join(
            cell.ljust(width) if n == 0 else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
