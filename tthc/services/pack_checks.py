"""Checking an evidence pack: packing its dossiers once more must give the same bytes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tthc.domain.errors import RuleError
from tthc.domain.evidence import Evidence, fingerprint, read_list
from tthc.domain.metrics import Period
from tthc.domain.pack import MANIFEST, PackUnreadableError, unzip_files
from tthc.services.evidence import Gathered, judge
from tthc.services.packs import (
    DOSSIERS,
    ENCLOSED,
    LEVELS,
    pack_evidence,
    rules_sha256,
    seal_of,
)


class PackRulesDifferError(RuleError):
    """The pack was made by other rules than this program's; the one it carries checks it."""

    code = "pack_rules_differ"


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with one file of a pack.

    ``file_added``, ``file_missing``: it does not belong, or is not there; ``file_changed``: not
    what the manifest says; ``file_wrong``: not what follows from the dossiers;
    ``dossier_misplaced``: a dossier of it is of another period or unit.
    """

    code: str
    file: str


@dataclass(frozen=True, slots=True)
class PackReport:
    """What a pack says of itself and what is wrong with it; ``sha256`` is its seal."""

    sha256: str
    about: Mapping[str, Any]
    flaws: tuple[Flaw, ...]


@dataclass(frozen=True, slots=True)
class OpenPack:
    """An evidence pack that could be read: its files, what it says of them, and the dossiers."""

    files: Mapping[str, bytes]
    sums: Mapping[str, str]
    about: Mapping[str, Any]
    gathered: Gathered


def open_pack(content: bytes) -> OpenPack:
    """Return what is in an evidence pack; its dossiers are judged by this program's rules.

    Raises:
        PackUnreadableError: it is no pack, or its dossiers cannot be read.
    """
    files = unzip_files(content)
    try:
        manifest = json.loads(files[MANIFEST])
        sums, about = dict(manifest["files"]), {k: manifest[k] for k in manifest if k != "files"}
        return OpenPack(files, sums, about, _gathered(about, files))
    except (LookupError, TypeError, ValueError) as error:
        raise PackUnreadableError(
            "Nội dung gói minh chứng không đọc được.", "the content of the pack cannot be read"
        ) from error


def check_pack(content: bytes) -> PackReport:
    """Return what is wrong with an evidence pack, worked out from it alone.

    Raises:
        PackUnreadableError: it is no pack, or its dossiers cannot be read.
        PackRulesDifferError: it was made by other rules.
    """
    pack = open_pack(content)
    if pack.about["rules_sha256"] != rules_sha256():
        raise PackRulesDifferError(
            "Gói do phiên bản quy tắc khác tạo; hãy dùng chương trình kiểm tra trong gói.",
            "made by other rules; use the verifier that the pack carries",
        )
    flaws = tuple(_flaws(pack.files, pack.sums, pack.gathered))
    return PackReport(seal_of(pack.files), pack.about, flaws)


def _gathered(about: Mapping[str, Any], files: Mapping[str, bytes]) -> Gathered:
    period = Period(*(datetime.fromisoformat(about[name]) for name in ("since", "until", "at")))
    offered: dict[str, list[tuple[date, date | None]]] = {}
    for row in csv.DictReader(io.StringIO(files[LEVELS].decode())):
        ends = date.fromisoformat(row["valid_to"]) if row["valid_to"] else None
        days = date.fromisoformat(row["valid_from"]), ends
        offered.setdefault(row["procedure_code"], []).append(days)
    return Gathered(
        unit_code=about["unit_code"],
        period=period,
        as_of=datetime.fromisoformat(about["as_of"]),
        calendar_revision=about["calendar_revision"],
        event_head=about["event_head"],
        rows=judge(read_list(files[DOSSIERS]), period, offered),
        names=about["units"],
        offered=offered,
    )


def _flaws(
    files: Mapping[str, bytes], sums: Mapping[str, str], gathered: Gathered
) -> Iterator[Flaw]:
    made = pack_evidence(gathered)
    yield from (Flaw("file_missing", name) for name in sorted(made.keys() - files.keys()))
    yield from (Flaw("file_added", name) for name in sorted(files.keys() - made.keys()))
    for name in sorted(files.keys() & made.keys()):
        if name != MANIFEST and fingerprint(files[name]) != sums.get(name):
            yield Flaw("file_changed", name)
        if files[name] != made[name] and name not in ENCLOSED:
            yield Flaw("file_wrong", name)
    if any(_is_misplaced(row, gathered) for row, _ in gathered.rows):
        yield Flaw("dossier_misplaced", DOSSIERS)


def _is_misplaced(row: Evidence, gathered: Gathered) -> bool:
    period, ended_at = gathered.period, row.ended_at
    is_early = ended_at is not None and not period.since <= ended_at < period.at
    is_elsewhere = row.resolving_unit is not None and row.resolving_unit not in gathered.names
    return row.received_at >= period.at or is_early or is_elsewhere
