"""A filled report as the file that somebody downloads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tthc.domain.sheets import Sheet, as_csv
from tthc.services.evidence import ListTooLongError
from tthc.services.workbooks import as_workbook

MOST_LINES = 1_000_000
"""Of one file; a spreadsheet ends at 1,048,576 rows."""


class ReportFormat(StrEnum):
    """What a report can be written as."""

    XLSX = "xlsx"
    CSV = "csv"


MEDIA_TYPES: Mapping[ReportFormat, str] = {
    ReportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ReportFormat.CSV: "text/csv; charset=utf-8",
}
_WRITERS: Mapping[ReportFormat, Callable[[Sheet], bytes]] = {
    ReportFormat.XLSX: as_workbook,
    ReportFormat.CSV: as_csv,
}


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A report with the name it is saved under, which has ASCII letters only."""

    name: str
    media_type: str
    content: bytes


def as_file(sheet: Sheet, stem: str, form: ReportFormat) -> ReportFile:
    """Return a report as a file called ``stem``; the same sheet gives the same bytes.

    Raises:
        ListTooLongError: it has more lines than a spreadsheet holds.
    """
    if len(sheet.lines) > MOST_LINES:
        raise ListTooLongError(
            f"Báo cáo có hơn {MOST_LINES} dòng; hãy chọn đơn vị hoặc kỳ nhỏ hơn.",
            f"more than {MOST_LINES} lines; choose a unit or a shorter period",
            limit=str(MOST_LINES),
        )
    return ReportFile(f"{stem}.{form.value}", MEDIA_TYPES[form], _WRITERS[form](sheet))
