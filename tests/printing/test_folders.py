"""An office's own template stands for the project's; what cannot be read is named."""

from __future__ import annotations

import pytest

from tthc.domain.forms import Form, FormTemplateInvalidError
from tthc.printing.folders import LONGEST_TEMPLATE, FormFolders


@pytest.fixture
def usual(tmp_path):
    folder = tmp_path / "usual"
    folder.mkdir()
    (folder / "form01.typ").write_text("một", encoding="utf-8")
    (folder / "frame.typ").write_text("khung", encoding="utf-8")
    return folder


@pytest.fixture
def own(tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


def test_without_a_folder_of_its_own_an_office_has_the_usual_one(usual):
    assert FormFolders(usual).read(Form.RECEIPT).files == {
        "form01.typ": "một",
        "frame.typ": "khung",
    }


@pytest.mark.parametrize("name", ["form01.typ", "frame.typ"])
def test_a_file_of_its_own_stands_for_the_usual_one_and_holds_at_once(usual, own, name):
    folders = FormFolders(usual, own)
    before = folders.read(Form.RECEIPT)
    (own / name).write_text("\ufeffriêng", encoding="utf-8")
    after = folders.read(Form.RECEIPT)
    assert after.files == {**before.files, name: "riêng"}
    assert after.sha256 != before.sha256


@pytest.mark.parametrize("content", [b"\xff\xfe", b"x" * (LONGEST_TEMPLATE + 1)])
def test_a_file_that_cannot_be_used_is_named(usual, own, content):
    (own / "frame.typ").write_bytes(content)
    with pytest.raises(FormTemplateInvalidError) as caught:
        FormFolders(usual, own).read(Form.RECEIPT)
    assert caught.value.details["file"] == "frame.typ"


def test_a_missing_file_is_named(usual):
    with pytest.raises(FormTemplateInvalidError) as caught:
        FormFolders(usual).read(Form.SUPPLEMENT)
    assert caught.value.details["file"] == "form02.typ"
