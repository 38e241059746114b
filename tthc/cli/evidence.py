"""`evidence`: what stands behind the figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from tthc.cli.context import CommandContext
from tthc.cli.days import DAY
from tthc.cli.output import DONE, FAILED, answer, json_option
from tthc.cli.sessions import open_sessions
from tthc.domain.moment import start_of_day
from tthc.domain.pack import zip_files
from tthc.domain.scope import EVERYTHING
from tthc.services.evidence import EvidenceList, Gathered, Place, gather, list_behind
from tthc.services.metrics import make_period
from tthc.services.pack_checks import PackReport, check_pack
from tthc.services.packs import pack_evidence, seal_of

SOURCE = click.Path(exists=True, dir_okay=False, path_type=Path)
TARGET = click.Path(dir_okay=False, writable=True, path_type=Path)
Command = TypeVar("Command", bound=Callable[..., Any])


def place_and_period(command: Command) -> Command:
    """Give a command the options that say whose dossiers of which period are meant."""
    for option in (
        click.option("--as-of", type=DAY, help="As it stood when this day began; default now."),
        click.option("--until", type=DAY, required=True, help="The day after its last day."),
        click.option("--since", type=DAY, required=True, help="First day of the period."),
        click.option("--unassigned", is_flag=True, help="The dossiers without a unit."),
        click.option("--commune", metavar="CODE", help="One unit; a province pools its communes."),
    ):
        command = option(command)
    return command


@click.group("evidence")
def evidence() -> None:
    """Show and pack what stands behind the figures."""


@evidence.command("list")
@click.option("--number", required=True, help="finished, online_share/1.numerator, …")
@place_and_period
@json_option
@click.pass_obj
def list_(obj: CommandContext, /, *, number: str, as_json: bool, **where: Any) -> None:
    """Write the dossiers behind a number as CSV; with --json as one document."""
    found = list_behind(gather_for(obj, **where), number)
    answer(_as_data(found), found.content.decode().splitlines(), as_json=as_json)


@evidence.command("pack")
@click.option("--out", type=TARGET, required=True, help="The ZIP file to write.")
@place_and_period
@json_option
@click.pass_obj
def pack(obj: CommandContext, /, *, out: Path, as_json: bool, **where: Any) -> None:
    """Write an evidence pack: figures, the dossiers behind them, and what checks them."""
    files = pack_evidence(gather_for(obj, **where))
    out.write_bytes(zip_files(files))
    told = {"file": str(out), "sha256": seal_of(files), "files": len(files)}
    answer(told, [f"{out}: {len(files)} tệp · files, {told['sha256']}"], as_json=as_json)


@evidence.command("verify")
@click.argument("file", type=SOURCE)
@json_option
def verify(file: Path, *, as_json: bool) -> int:
    """Work every figure of an evidence pack out again, from the pack alone."""
    report = check_pack(file.read_bytes())
    answer(asdict(report), _verdict(report), as_json=as_json)
    return FAILED if report.flaws else DONE


def _verdict(report: PackReport) -> Iterator[str]:
    yield from (f"{flaw.file}: {flaw.code}" for flaw in report.flaws)
    if report.flaws:
        yield "Gói minh chứng KHÔNG đúng · the pack does not hold"
    else:
        yield f"Đúng toàn bộ · everything holds: {report.sha256}"


def gather_for(
    obj: CommandContext,
    *,
    commune: str | None,
    unassigned: bool,
    since: date,
    until: date,
    as_of: date | None,
) -> Gathered:
    """Return every dossier of the period and place that the options name."""
    moment = start_of_day(as_of) if as_of else obj.clock()
    period = make_period(since, until, moment)
    place = Place(commune, unassigned)
    with open_sessions(obj) as sessions, sessions.begin() as session:
        return gather(session, period, place, EVERYTHING, as_of=moment)


def _as_data(found: EvidenceList) -> dict[str, Any]:
    return {
        "number": found.number,
        "unit_code": found.unit_code,
        "since": found.period.since,
        "until": found.period.until,
        "at": found.period.at,
        "as_of": found.as_of,
        "calendar_revision": found.calendar_revision,
        "event_head": found.event_head,
        "value": found.value,
        "sha256": found.sha256,
        "items": found.rows,
    }
