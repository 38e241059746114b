"""Folders for sockets and secrets are this user's own."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

import pytest

from tthc.launch.account import Account, server_account
from tthc.launch.errors import LaunchError
from tthc.launch.places import ensure_home, kept_secret, socket_folder


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_home_always_gets_the_same_socket_folder(tmp_path):
    first = socket_folder(tmp_path, "pg")
    assert socket_folder(tmp_path, "pg") == first
    assert socket_folder(tmp_path / "other", "pg") != first
    first.rmdir()
    socket_folder(tmp_path / "other", "pg").rmdir()


def test_the_socket_folder_is_short_even_where_temporary_files_lie_deep(tmp_path, monkeypatch):
    deep = tmp_path / ("d" * 90)
    deep.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    folder = socket_folder(tmp_path, "pg")
    assert len(str(folder)) < 80
    folder.rmdir()


def test_nobody_else_may_write_to_the_socket_folder(tmp_path):
    folder = socket_folder(tmp_path, "pg")
    assert folder.stat().st_uid == os.geteuid()
    assert not folder.stat().st_mode & 0o066
    folder.rmdir()


def test_a_planted_link_is_refused(tmp_path):
    folder = socket_folder(tmp_path, "pg")
    folder.rmdir()
    folder.symlink_to(tmp_path)
    with pytest.raises(LaunchError, match="belongs to somebody else"):
        socket_folder(tmp_path, "pg")
    folder.unlink()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_planted_by_another_user_is_refused(tmp_path):
    folder = socket_folder(tmp_path, "pg")
    os.chown(folder, 65534, 65534)
    with pytest.raises(LaunchError, match="belongs to somebody else"):
        socket_folder(tmp_path, "pg")
    folder.rmdir()


def test_a_secret_is_made_up_once_and_kept_for_this_user_alone(tmp_path):
    path = tmp_path / "secrets" / "key"
    first = kept_secret(path)
    assert len(first) >= 32
    assert kept_secret(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_home_that_cannot_be_made_is_told_with_the_remedy(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(LaunchError, match="TTHC_HOME"):
        ensure_home(tmp_path / "file" / "home")


def test_an_ordinary_account_is_left_as_it_is(tmp_path):
    account = server_account(tmp_path / "none")
    assert account.is_other == (os.geteuid() == 0)
    assert Account().subprocess_arguments() == {}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act for others")
def test_root_acts_for_the_owner_of_the_data(tmp_path):
    os.chown(tmp_path, 1234, 1235)
    assert server_account(tmp_path) == Account(1234, 1235)


def test_an_account_reaches_a_folder_only_through_open_ones(tmp_path):
    inner = tmp_path / "inner"
    inner.mkdir()
    stranger = Account(54321, 54321)
    tmp_path.chmod(0o700)
    assert not stranger.can_reach(inner)
    assert Account().can_reach(inner)
    assert stranger.can_reach(Path("/"))
