"""`evidence`: what stands behind the figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from tthc.cli.context import CommandContext
from tthc.cli.output import DONE, FAILED, answer, json_option
from tthc.cli.places import place_and_period, read_where
from tthc.cli.sessions import open_sessions
from tthc.domain.pack import zip_files
from tthc.domain.scope import EVERYTHING
from tthc.services.audit import COMMAND_LINE
from tthc.services.evidence import EvidenceList, Gathered, gather
from tthc.services.pack_checks import PackReport, check_pack
from tthc.services.packs import hand_out, seal_of
from tthc.services.score_evidence import WantedList, list_number

SOURCE = click.Path(exists=True, dir_okay=False, path_type=Path)
TARGET = click.Path(dir_okay=False, writable=True, path_type=Path)


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
    place, period, as_of = read_where(obj, **where)
    with open_sessions(obj) as sessions, sessions.begin() as session:
        found = list_number(session, WantedList(number, period, place, as_of), EVERYTHING)
    answer(_as_data(found), found.content.decode().splitlines(), as_json=as_json)


@evidence.command("pack")
@click.option("--out", type=TARGET, required=True, help="The ZIP file to write.")
@place_and_period
@json_option
@click.pass_obj
def pack(obj: CommandContext, /, *, out: Path, as_json: bool, **where: Any) -> None:
    """Write an evidence pack: figures, the dossiers behind them, and what checks them."""
    gathered = _gather(obj, **where)
    with open_sessions(obj) as sessions, sessions.begin() as session:
        files = hand_out(session, gathered, COMMAND_LINE, now=obj.clock())
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


def _gather(obj: CommandContext, **where: Any) -> Gathered:
    place, period, as_of = read_where(obj, **where)
    with open_sessions(obj) as sessions, sessions.begin() as session:
        return gather(session, period, place, EVERYTHING, as_of=as_of)


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
