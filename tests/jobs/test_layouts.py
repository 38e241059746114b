"""An office adds a layout as a file; a bad one spoils no other report."""

from __future__ import annotations

import shutil

import pytest

from tests import make
from tests.domain.layouts import SMALL
from tthc.domain.layout_reading import LayoutInvalidError
from tthc.jobs.reports import LAYOUT_FOLDER, ReportUnknownError, find_layout, list_layouts


@pytest.fixture
def office(tmp_path):
    """An installation with the shipped layouts and those of the office."""
    shutil.copytree(make.ROOT / LAYOUT_FOLDER, tmp_path / LAYOUT_FOLDER)
    folder = tmp_path / LAYOUT_FOLDER
    (folder / "btp_03b.toml").write_text("\ufeff" + SMALL, encoding="utf-8")
    (folder / "spoilt.toml").write_text(SMALL.replace("received", "recieved"), encoding="utf-8")
    (folder / "latin.toml").write_bytes(SMALL.encode("utf-16"))
    return tmp_path


def test_a_new_file_is_a_new_report(office):
    assert find_layout("btp_03b", office).id == "small/1"


def test_a_spoilt_one_is_named_and_the_others_go_on(office):
    entries = {entry.name: entry for entry in list_layouts(office)}
    assert [name for name, entry in entries.items() if entry.layout is None] == ["latin", "spoilt"]
    assert "recieved" in entries["spoilt"].fault
    for name in ("spoilt", "latin"):
        with pytest.raises(LayoutInvalidError):
            find_layout(name, office)


@pytest.mark.parametrize("name", ["nothing", "../reports/ii06a", "II06A", ""])
def test_there_is_no_report_but_those_of_the_files(office, name):
    with pytest.raises(ReportUnknownError) as refused:
        find_layout(name, office)
    assert "ii06a" in refused.value.en
