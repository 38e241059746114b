"""`audit`: prove that nothing recorded was changed, and keep the proof outside the database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from tthc.channels.mail import make_mail_sender
from tthc.cli.context import CommandContext
from tthc.cli.output import DONE, FAILED, answer, json_option
from tthc.cli.sessions import open_sessions
from tthc.domain.anchors import Anchor, as_line, read_anchors
from tthc.domain.audit_walk import Flaw
from tthc.jobs.auditing import AuditPlace, anchor_all, read_keys
from tthc.services.audit_checks import Outside, Verdict, verify_audit
from tthc.services.audit_export import stream_export

SOURCE = click.Path(exists=True, dir_okay=False, path_type=Path)
TARGET = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.group("audit")
def audit() -> None:
    """Prove that nothing that was recorded was changed since."""


@audit.command("verify")
@click.option("--anchors", type=SOURCE, help="File of anchors; our own if there is one.")
@click.option("--key", "keys", multiple=True, metavar="HEX", help="Public key to trust, not ours.")
@json_option
@click.pass_obj
def verify(
    obj: CommandContext, /, *, anchors: Path | None, keys: tuple[str, ...], as_json: bool
) -> int:
    """Work out every link, anchor and dossier again; the first bad one is named first."""
    place = _place(obj)
    file = anchors or (place.anchors if place.anchors.exists() else None)
    known = tuple(read_anchors(file.read_text("utf-8").splitlines())) if file else ()
    with open_sessions(obj) as sessions:
        ours = read_keys(sessions, place)
        trusted = frozenset(map(_key, keys)) or {ours.public_key}
        with sessions.begin() as session:
            verdict = verify_audit(session, ours.veil, Outside(known, frozenset(trusted)))
    answer(asdict(verdict), _lines(verdict, file), as_json=as_json)
    return FAILED if verdict.flaw_count else DONE


@audit.command("anchor")
@json_option
@click.pass_obj
def anchor(obj: CommandContext, /, *, as_json: bool) -> None:
    """Link what waits, sign all chains, and write that to the file of anchors and by mail."""
    place = _place(obj)
    with open_sessions(obj) as sessions:
        made = anchor_all(sessions, place, clock=obj.clock)
    answer(json.loads(as_line(made)), _told(made, place), as_json=as_json)


@audit.command("export")
@click.option("--out", type=TARGET, required=True, help="The file to write, one link a line.")
@json_option
@click.pass_obj
def export(obj: CommandContext, /, *, out: Path, as_json: bool) -> None:
    """Write every link and its record for tthc/enclosed/verify_audit.py; it names no citizen."""
    count = -1
    with open_sessions(obj) as sessions, out.open("w", encoding="utf-8") as file:
        keys = read_keys(sessions, _place(obj))
        with sessions.begin() as session:
            for told in stream_export(session, keys.veil, now=obj.clock()):
                file.write(json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n")
                count += 1
    lines = [f"{out}: {count} mắt xích · links"]
    answer({"file": str(out), "links": count}, lines, as_json=as_json)


def _place(obj: CommandContext) -> AuditPlace:
    is_mailed = bool(obj.anchor_mail and obj.smtp_url)
    sender = make_mail_sender(obj.smtp_url or "") if is_mailed else None
    return AuditPlace(obj.audit or obj.home / "audit", sender, obj.anchor_mail)


def _key(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise click.BadParameter("64 hexadecimal digits are needed", param_hint="--key") from None


def _told(made: Anchor, place: AuditPlace) -> Iterator[str]:
    yield f"Mốc neo · anchor {made.number}: {made.position} mắt xích · links, {made.root.hex()}"
    yield f"Khóa công khai · public key: {made.public_key.hex()}"
    yield f"{place.anchors}"


def _lines(verdict: Verdict, file: Path | None) -> Iterator[str]:
    yield from map(_line, verdict.flaws)
    if verdict.flaw_count > len(verdict.flaws):
        yield f"… {verdict.flaw_count} tất cả · in all"
    if file is None:
        yield "Không có mốc neo: không thấy được phần cuối bị cắt hay chuỗi bị tính lại toàn bộ."
        yield "Without anchors nobody sees a tail cut off, or everything hashed anew."
    yield (
        f"{verdict.links} mắt xích · links, {verdict.chains} chuỗi · chains, "
        f"{verdict.anchors} mốc neo · anchors, {verdict.dossiers} hồ sơ · dossiers, "
        f"{verdict.waiting} đang chờ · waiting"
    )
    is_sound = not verdict.flaw_count
    yield "Đúng toàn bộ · everything holds" if is_sound else "KHÔNG đúng · this does not hold"


def _line(flaw: Flaw) -> str:
    where = f"#{flaw.position} " if flaw.position is not None else ""
    return f"{where}{flaw.code}: {flaw.subject}".rstrip(": ")
