"""pip's own settings are obeyed, and its wheel is fetched only as the pinned file."""

from __future__ import annotations

import pytest

from tthc.launch import pip_source
from tthc.launch.errors import LaunchError
from tthc.launch.pip_source import PipSource, fetch_pip

WHEEL = pip_source._PIP_WHEEL


def bare(tmp_path, **variables):
    return {"HOME": str(tmp_path), "XDG_CONFIG_DIRS": str(tmp_path / "xdg"), **variables}


def test_environment_variables_come_before_files(tmp_path):
    settings = tmp_path / ".config" / "pip" / "pip.conf"
    settings.parent.mkdir(parents=True)
    settings.write_text("[global]\nindex-url = https://file.example/simple\ncert = /c.pem\n")
    assert PipSource.configured(bare(tmp_path)).indexes[0] == "https://file.example/simple"
    source = PipSource.configured(
        bare(
            tmp_path,
            PIP_INDEX_URL="https://mirror.example/simple",
            PIP_EXTRA_INDEX_URL="https://a.example https://b.example",
            PIP_FIND_LINKS="/wheels",
        )
    )
    assert source.indexes[0] == "https://mirror.example/simple"
    assert {"https://a.example", "https://b.example"} <= set(source.indexes)
    assert "/wheels" in source.find_links
    assert source.certificate == "/c.pem"


def test_uv_is_told_the_same_places():
    source = PipSource(("https://m.example", "https://x.example"), ("/wheels",), None)
    arguments = source.uv_arguments()
    assert arguments[:2] == ["--default-index", "https://m.example"]
    assert arguments[-4:] == ["--index", "https://x.example", "--find-links", "/wheels"]


def test_a_file_that_is_not_the_pinned_one_is_refused(tmp_path):
    (tmp_path / WHEEL).write_bytes(b"not pip")
    source = PipSource((), (str(tmp_path),), None)
    with pytest.raises(LaunchError, match="not the pinned file"):
        fetch_pip(source, tmp_path)


@pytest.mark.parametrize(
    "page",
    [
        '<a href="../../files/{wheel}#sha256=0">x</a><a href="other.whl">y</a>',
        '{{"files": [{{"url": "../../files/{wheel}"}}, {{"url": "other.whl"}}]}}',
    ],
)
def test_the_wheel_is_found_by_an_address_relative_to_the_page(tmp_path, page):
    index = tmp_path / "simple" / "pip"
    index.mkdir(parents=True)
    (index / "index.html").write_text(page.format(wheel=WHEEL))
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / WHEEL).write_bytes(b"not pip")
    source = PipSource(((tmp_path / "simple").as_uri(),), (), None)
    with pytest.raises(LaunchError, match=f"files/{WHEEL}: not the pinned file"):
        fetch_pip(source, tmp_path)


def test_an_index_that_cannot_be_reached_is_named_with_the_remedy(tmp_path):
    source = PipSource(((tmp_path / "none").as_uri(),), (), None)
    with pytest.raises(LaunchError, match="PIP_INDEX_URL") as caught:
        fetch_pip(source, tmp_path)
    assert "none/pip/" in str(caught.value)
