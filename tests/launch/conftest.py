"""Homes for embedded servers."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def _open_folder() -> Iterator[Path]:
    """A folder that another account can pass through; those of pytest are closed."""
    folder = Path(tempfile.mkdtemp(prefix="tthc-launch-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def home():
    """One home for a module: making a database is the slow part."""
    with _open_folder() as folder:
        yield folder


@pytest.fixture
def new_home():
    """A home for one test."""
    with _open_folder() as folder:
        yield folder
