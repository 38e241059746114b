"""Reading the layouts of reports: a folder of files that an office may change and add to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tthc.domain.errors import NotFoundError
from tthc.domain.layout_reading import LayoutInvalidError, read_layout
from tthc.domain.layouts import Layout

PROJECT = Path(__file__).resolve().parents[2]
LAYOUT_FOLDER = Path("config") / "templates" / "reports"


class ReportUnknownError(NotFoundError):
    """There is no report of that name."""

    code = "report_unknown"


@dataclass(frozen=True, slots=True)
class LayoutEntry:
    """A report by the name of its file; without a layout ``fault`` says why in two languages."""

    name: str
    layout: Layout | None
    fault: str | None = None


def list_layouts(root: Path = PROJECT) -> list[LayoutEntry]:
    """Return every report by name, those too whose layout cannot be used."""
    return [_entry(path) for path in sorted(_files(root))]


def _entry(path: Path) -> LayoutEntry:
    try:
        return LayoutEntry(path.stem, open_layout(path))
    except LayoutInvalidError as error:
        return LayoutEntry(path.stem, None, f"{error.vi} · {error.en}")


def find_layout(name: str, root: Path = PROJECT) -> Layout:
    """Return the layout of a report as its file is now.

    Raises:
        ReportUnknownError: there is no file of that name.
        LayoutInvalidError: the file cannot be used.
    """
    known = {path.stem: path for path in _files(root)}
    if name not in known:
        names = ", ".join(sorted(known))
        raise ReportUnknownError(
            f"Không có báo cáo này; hiện có: {names}.",
            f"there is no such report; there are: {names}",
            field="name",
        )
    return open_layout(known[name])


def open_layout(path: Path) -> Layout:
    """Return the layout in a file, or raise LayoutInvalidError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise LayoutInvalidError(
            f"Không đọc được mẫu báo cáo {path.name}, hoặc tệp không phải UTF-8.",
            f"the layout {path.name} cannot be read, or is not UTF-8",
            field="toml",
        ) from None
    return read_layout(text)


def _files(root: Path) -> Iterator[Path]:
    return (root / LAYOUT_FOLDER).glob("*.toml")
