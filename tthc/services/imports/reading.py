"""Reading a CSV file from another system in flat memory; a file we cannot trust is refused."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tthc.domain.errors import RuleError
from tthc.domain.mapping import SourceMapping

LONGEST_LINE = 1024 * 1024
MOST_COLUMNS = 1_000
LONGEST_FILE_NAME = 200
BOM = b"\xef\xbb\xbf"


class FileRefusedError(RuleError):
    """The file as a whole cannot be read; nothing of it was taken over."""

    code = "import_file_refused"


@dataclass(frozen=True, slots=True)
class ImportSource:
    """A file to take over: its name for the report, and how to open it."""

    name: str
    open: Callable[[], BinaryIO]


def file_source(path: Path) -> ImportSource:
    """Return a file on disk as a source."""
    return ImportSource(path.name[:LONGEST_FILE_NAME], lambda: path.open("rb"))


def bytes_source(name: str, content: bytes) -> ImportSource:
    """Return a file that was handed in as a source."""
    return ImportSource(name, lambda: io.BytesIO(content))


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row: the line it begins on, and its cells in the order of the header."""

    line: int
    cells: list[str]


class CsvFile:
    """An open CSV file: its ``header``, then its rows. ``digest`` is of all bytes read so far.

    Raises:
        FileRefusedError: not UTF-8, a NUL, a line over 1 MiB, no header, broken quotes, or
            columns that the mapping does not name exactly once.
    """

    def __init__(self, file: BinaryIO, mapping: SourceMapping) -> None:
        self._sum = hashlib.sha256()
        self._lines = 0
        self._reader = csv.reader(self._read_lines(file), delimiter=mapping.delimiter, strict=True)
        self.header = self._read_header()
        _check_header(self.header, mapping)

    @property
    def digest(self) -> str:
        """Return the SHA-256 of what was read."""
        return self._sum.hexdigest()

    def rows(self) -> Iterator[RawRow]:
        """Yield the rows below the header; empty lines are no rows."""
        while True:
            line = self._lines + 1
            cells = self._next_cells()
            if cells is None:
                return
            if cells:
                yield RawRow(line, cells)

    def _next_cells(self) -> list[str] | None:
        try:
            return next(self._reader, None)
        except csv.Error as error:
            raise _refused(
                "csv_malformed",
                f"dấu phân cách hoặc dấu ngoặc kép không hợp lệ ({error})",
                f"broken quotes or line ends ({error})",
                line=self._lines,
            ) from None

    def _read_header(self) -> list[str]:
        header = self._next_cells()
        if not header:
            raise _refused("header_missing", "tệp không có dòng tiêu đề", "there is no header")
        if len(header) > MOST_COLUMNS:
            raise _refused(
                "too_many_columns", f"quá {MOST_COLUMNS} cột", f"over {MOST_COLUMNS} columns"
            )
        return header

    def _read_lines(self, file: BinaryIO) -> Iterator[str]:
        while raw := file.readline(LONGEST_LINE + 1):
            self._lines += 1
            self._sum.update(raw)
            yield self._decoded(raw)

    def _decoded(self, raw: bytes) -> str:
        line = self._lines
        if len(raw) > LONGEST_LINE:
            raise _refused("line_too_long", "dài quá 1 MiB", "is over 1 MiB", line=line)
        if b"\0" in raw:
            raise _refused("nul_byte", "có ký tự NUL", "holds a NUL", line=line)
        try:
            return (raw.removeprefix(BOM) if line == 1 else raw).decode("utf-8")
        except UnicodeDecodeError:
            raise _refused("not_utf8", "không phải UTF-8", "is not UTF-8", line=line) from None


def check_file(source: ImportSource, mapping: SourceMapping) -> None:
    """Refuse a file whose header already shows that it is not one of the mapping's."""
    with source.open() as file:
        CsvFile(file, mapping)


def _check_header(header: Sequence[str], mapping: SourceMapping) -> None:
    known = {*mapping.used, *mapping.ignored}
    doubled = sorted({column for column in header if header.count(column) > 1})
    faults = (
        ("thiếu cột", "missing", sorted(set(mapping.used) - set(header))),
        ("cột không có trong ánh xạ", "not in the mapping", sorted(set(header) - known)),
        ("cột lặp lại", "there twice", doubled),
    )
    found = [(vi, en, ", ".join(columns)[:200]) for vi, en, columns in faults if columns]
    if found:
        raise _refused(
            "header_differs",
            "; ".join(f"{vi}: {columns}" for vi, _, columns in found),
            "; ".join(f"{en}: {columns}" for _, en, columns in found),
        )


def _refused(reason: str, vi: str, en: str, *, line: int | None = None) -> FileRefusedError:
    where_vi, where_en = (f"dòng {line}: ", f"line {line}: ") if line else ("", "")
    details = {"reason": reason} | ({"line": str(line)} if line else {})
    return FileRefusedError(
        f"Không nhập được tệp: {where_vi}{vi}.", f"the file is refused: {where_en}{en}", **details
    )
