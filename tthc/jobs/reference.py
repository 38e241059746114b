"""Reading the reference files that the product ships."""

from __future__ import annotations

import csv
from pathlib import Path

from tthc.services.loading import NAMES, ReferenceFiles


def read_reference(folder: Path) -> ReferenceFiles:
    """Return the rows of every reference file in ``folder``.

    Raises:
        FileNotFoundError: one of them is missing.
    """
    return ReferenceFiles({name: _read(folder / f"{name}.csv") for name in NAMES})


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
