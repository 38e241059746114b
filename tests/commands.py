"""The command line as `python3 -m tthc` runs it, on a database of the test's own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from tests import make
from tthc.cli.context import CommandContext
from tthc.cli.main import main


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it wrote."""

    status: int
    out: str
    err: str


def run_command(
    *words: str,
    url: str,
    home: Path,
    clock,
    environment="trial",
    smtp_url=None,
    notify_urls=None,
    stdin=None,
    env=None,
) -> Done:
    context = CommandContext(
        environment=environment,
        database_url=url,
        redis_url=None,
        smtp_url=smtp_url,
        notify_urls=notify_urls or {},
        secret_key="k",
        home=home,
        root=make.ROOT,
        clock=clock,
    )
    with CliRunner().isolation(input=stdin, env=env) as streams:
        status = main.main(list(words), obj=context)
        out, err = (stream.getvalue().decode() for stream in streams[:2])
    return Done(int(status or 0), out, err)
