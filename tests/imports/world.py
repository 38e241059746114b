"""Small files of another system, and a run over them."""

from __future__ import annotations

from datetime import UTC, datetime

from tests import make
from tthc.domain.mapping_reading import read_mapping
from tthc.jobs.importing import MappingFile, run_import
from tthc.services.imports.reading import bytes_source

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
HEADER = "no,unit,how,procedure,in,due,out,state"

REGISTER = """
name = "desk"
title = "A desk's register"
origin = "invented"
kind = "register"
key = "no"
[time]
format = "%d/%m/%Y %H:%M"
[columns]
unit = "unit"
channel = "how"
procedure = "procedure"
received_at = "in"
due_at = "due"
finished_at = "out"
status = "state"
[channel]
"direct" = 1
"online" = 2
[status]
"new" = 1
"refused" = 3
"running" = 4
"waiting" = 5
"withdrawn" = 7
"done" = 9
[unit]
mode = "code"
[procedure]
mode = "code"
"""

LOG = REGISTER.replace('kind = "register"', 'kind = "event_log"')


def row(number: int | str, **changes) -> str:
    values = {
        "unit": make.TAN_LAC,
        "how": "direct",
        "procedure": make.GUARDIANSHIP,
        "in": "02/03/2026 09:00",
        "due": "05/03/2026 17:00",
        "out": "04/03/2026 10:00",
        "state": "done",
    }
    values |= {name.rstrip("_"): value for name, value in changes.items()}
    return ",".join([str(number), *values.values()])


def a_file(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *rows, ""]).encode()


def run(sessions, content: bytes, *, mapping=REGISTER, dry_run=False, name="register.csv"):
    return run_import(
        sessions,
        bytes_source(name, content),
        MappingFile(mapping, read_mapping(mapping)),
        requested_by="test",
        dry_run=dry_run,
        clock=lambda: NOW,
        progress=lambda *_: None,
    )


def counts(report) -> tuple[int, int, int, int]:
    return report.dossiers, report.imported, report.unchanged, report.refused


def reasons(report) -> list[tuple[int, str]]:
    return [(refused.line, refused.code) for refused in report.refusals]
