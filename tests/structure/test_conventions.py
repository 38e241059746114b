"""The habits of the house that no linter knows."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MOST_LINES = 300
"""A file of about 250 lines is split by idea; this is where it stops being a matter of taste."""

CODE = [
    path
    for room in ("tthc", "workers", "config", "tests", "bench")
    for path in sorted((ROOT / room).rglob("*.py"))
]
OURS = [path for path in CODE if path.relative_to(ROOT).parts[0] in {"tthc", "workers", "config"}]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def of(*rooms: str) -> list[Path]:
    return [path for path in OURS if name(path).startswith(rooms)]


@pytest.mark.parametrize("path", CODE, ids=name)
def test_a_file_is_short_enough_to_be_read(path):
    if "migrations/versions" not in name(path):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("path", of("tthc/services", "tthc/storage/queries"), ids=name)
def test_services_and_queries_never_end_a_transaction(path):
    ends = {"commit", "rollback", "begin"}
    calls = [n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Call)]
    names = {c.func.attr for c in calls if isinstance(c.func, ast.Attribute)}
    assert not names & ends


@pytest.mark.parametrize("path", OURS, ids=name)
def test_a_module_says_what_it_is_for(path):
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", OURS, ids=name)
def test_a_choice_names_a_page_that_exists(path):
    for page in re.findall(r"docs/decisions/[\w./-]+\.md", path.read_text(encoding="utf-8")):
        assert (ROOT / page).is_file(), page


def test_there_is_no_room_for_leftovers():
    names = {part for path in OURS for part in path.relative_to(ROOT).with_suffix("").parts}
    assert not names & {"utils", "util", "helpers", "common", "misc"}


def test_nothing_kept_names_a_place_of_one_machine():
    texts = [*CODE, *ROOT.glob("*.txt"), *ROOT.glob("*.toml"), *(ROOT / "docs").rglob("*.md")]
    for path in texts:
        for line in path.read_text(encoding="utf-8").splitlines():
            assert not re.search(r"(?<![\w.])/(root|home|work)/\w", line), (name(path), line)
