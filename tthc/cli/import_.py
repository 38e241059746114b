"""`import`: take dossiers over from a file of another system."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from tthc.cli.context import CommandContext
from tthc.cli.output import DONE, FAILED, answer, json_option
from tthc.cli.sessions import open_sessions
from tthc.domain.refusals import Refusal
from tthc.jobs.importing import MappingFile, find_mapping, open_mapping, run_import
from tthc.jobs.importing import Progress as Told
from tthc.services.imports.reading import file_source
from tthc.services.imports.requests import ImportReport

ACTOR = "command-line"
STEPS = {"reading": "Đọc dòng · rows read", "taking_over": "Hồ sơ · dossiers"}


@click.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--mapping",
    "mapping_name",
    metavar="NAME_OR_FILE",
    required=True,
    help="A mapping of config/mappings by its name, or a TOML file of your own.",
)
@click.option("--dry-run", is_flag=True, help="Do all but write dossiers; the report is the same.")
@click.option(
    "--refusals",
    type=click.IntRange(0, 10_000),
    default=100,
    show_default=True,
    help="How many refused rows to list; all are counted.",
)
@json_option
@click.pass_obj
def import_(  # noqa: PLR0917 - one parameter for each option of the command
    obj: CommandContext,
    file: Path,
    mapping_name: str,
    dry_run: bool,
    refusals: int,
    as_json: bool,
) -> int:
    """Take dossiers over from the CSV FILE of another system; safe to do twice.

    Every row becomes a dossier, is found unchanged, or is refused with its line and reason.
    A file that cannot be trusted as a whole is refused with status 1 and changes nothing.
    Status 1 too when every row was refused.
    """
    mapping = _mapping(mapping_name, obj.root)
    with open_sessions(obj) as sessions, _progress() as progress:
        report = run_import(
            sessions,
            file_source(file),
            mapping,
            requested_by=ACTOR,
            dry_run=dry_run,
            clock=obj.clock,
            progress=progress,
            refusals=refusals,
        )
    answer(report_as_data(report), _lines(report), as_json=as_json)
    is_taken = report.imported or report.unchanged
    return FAILED if report.refused and not is_taken else DONE


def _mapping(name: str, root: Path) -> MappingFile:
    is_file = "/" in name or name.endswith(".toml")
    return open_mapping(Path(name)) if is_file else find_mapping(name, root)


def report_as_data(report: ImportReport) -> dict[str, Any]:
    """Return the report as JSON values."""
    return asdict(report)


def _lines(report: ImportReport) -> Iterator[str]:
    if report.is_dry_run:
        yield "Chạy thử, không ghi hồ sơ nào · dry run, no dossier was written"
    yield f"Số dòng · rows read       {report.rows}"
    yield f"Hồ sơ · dossiers          {report.dossiers}"
    yield f"Đã nhập · imported        {report.imported}"
    yield f"Không đổi · unchanged     {report.unchanged}"
    yield f"Bị từ chối · refused      {report.refused}"
    for code, count in report.warnings.items():
        yield f"  lưu ý · note: {code} {count}"
    yield from _refused_lines(report.refusals)
    if report.refused > len(report.refusals):
        yield f"  … {report.refused - len(report.refusals)} dòng nữa · more"
    if report.refused:
        yield (
            "Mọi dòng đã được xử lý; các dòng bị từ chối ở trên chưa được nhập."
            " · every row was dealt with; the refused ones above were not taken over."
        )


def _refused_lines(refusals: Sequence[Refusal]) -> Iterator[str]:
    by_code: dict[str, list[Refusal]] = {}
    for refused in refusals:
        by_code.setdefault(refused.code, []).append(refused)
    for code, of_code in sorted(by_code.items()):
        yield f"  {code}: {len(of_code)}"
        for refused in of_code:
            yield f"    dòng · line {refused.line} [{refused.key or '—'}] {refused.message}"
            yield f"      {refused.message_en}"


@contextmanager
def _progress() -> Iterator[Told]:
    """Give what is told of each step: bars on a terminal, otherwise nothing."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _untold
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console) as bars:
        tasks: dict[str, TaskID] = {}

        def tell(step: str, done: int, total: int | None) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(STEPS[step], total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield tell


def _untold(_step: str, _done: int, _total: int | None) -> None:
    """Without a terminal there is nobody to tell."""
