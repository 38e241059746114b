"""`demo`: fill a trial with invented dossiers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import Progress

from tthc.cli.context import CommandContext
from tthc.cli.output import answer, json_option
from tthc.domain.errors import ConflictError
from tthc.jobs.demonstrating import DemoReport, DemoWish, demonstrate
from tthc.jobs.migrating import migrate

LIST = "Users and password: python3 -m tthc user demo-list"
STEPS = 5
"""Without a terminal, progress is told each fifth of the way."""


class DemoRefusedError(ConflictError):
    """Real dossiers are kept here."""

    code = "demo_refused"


@click.command()
@click.option("--communes", type=click.IntRange(1, 148), default=5, show_default=True)
@click.option(
    "--dossiers",
    type=click.IntRange(1, 2_000_000),
    default=2_000,
    show_default=True,
    help="In all communes together.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Another one, other data.")
@click.option("--if-empty", is_flag=True, help="Make dossiers and users only where there are none.")
@json_option
@click.pass_obj
def demo(  # noqa: PLR0917 - one parameter for each option of the command
    obj: CommandContext, communes: int, dossiers: int, seed: int, if_empty: bool, as_json: bool
) -> None:
    """Fill a trial with invented dossiers of the last ten months, and with its users.

    The same numbers and seed on the same day give the same data. Refused in production.
    """
    if obj.environment == "production":
        raise DemoRefusedError(
            "Không tạo dữ liệu trình diễn trong môi trường thật.",
            "no demonstration data are made in production",
        )
    now = obj.clock()
    wish = DemoWish(communes, dossiers, seed, only_if_empty=if_empty)
    with obj.database() as url:
        migrate(url, obj.root, now=now)
        with _progress(dossiers) as progress:
            report = demonstrate(url, wish, progress=progress, now=now)
    answer(report, [_sentence(report)], as_json=as_json)


def _sentence(report: DemoReport) -> str:
    if report.dossiers:
        made = f"{report.dossiers} dossiers of {report.communes} communes, {report.events} events"
        return f"Demonstration: {made}. {LIST}"
    if report.users:
        return (
            f"Đã có hồ sơ: chỉ thêm {report.users} người dùng trình diễn · there are dossiers"
            f" already: {report.users} demonstration users were added and no dossier. {LIST}"
        )
    return (
        "Đã có hồ sơ và người dùng, không tạo thêm · there are dossiers and users already:"
        " nothing was done"
    )


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """Give what is told how many are done: a bar on a terminal, otherwise a few lines."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines(total)
        return
    with Progress(console=console) as bar:
        task = bar.add_task("Hồ sơ · dossiers", total=total)
        yield lambda done: bar.update(task, completed=done)


class _Lines:
    """Progress as a line on stderr each fifth of the way."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.told = 0

    def __call__(self, done: int) -> None:
        step = done * STEPS // self.total
        if step > self.told:
            self.told = step
            click.echo(f"{done}/{self.total} dossiers", err=True)
