"""A lock file is compared with what a folder of packages holds."""

from __future__ import annotations

import re
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tthc.launch.pins import installed_versions, lock_digest, lock_names, read_pins, unmet_pins

LOCK = """\
Flask-Smorest==1.2 \\
    --hash=sha256:00
    # via x
psycopg[binary]==3.3.9 \\
colorama==0.4 ; sys_platform == 'win32' \\
"""


@pytest.fixture
def lock(tmp_path):
    path = tmp_path / "requirements.txt"
    path.write_text(LOCK)
    return path


@pytest.fixture
def packages(tmp_path):
    folder = tmp_path / "site-packages"
    for name in ("flask_smorest-1.2", "psycopg-3.3.9"):
        (folder / f"{name}.dist-info").mkdir(parents=True)
    return folder


def test_pins_are_read_with_normal_names_and_whether_all_machines_need_them(lock):
    assert read_pins(lock) == {
        "flask-smorest": ("1.2", True),
        "psycopg": ("3.3.9", True),
        "colorama": ("0.4", False),
    }


def test_a_folder_with_every_version_meets_the_lock(lock, packages):
    assert unmet_pins(lock, [str(packages)]) == []


def test_another_version_and_an_absent_package_are_told(lock, packages):
    (packages / "flask_smorest-1.2.dist-info").rename(packages / "flask_smorest-1.3.dist-info")
    (packages / "psycopg-3.3.9.dist-info").rmdir()
    assert unmet_pins(lock, [str(packages)]) == ["flask-smorest", "psycopg"]


def test_an_optional_package_of_another_version_is_told(lock, packages):
    (packages / "colorama-0.5.dist-info").mkdir()
    assert unmet_pins(lock, [str(packages)]) == ["colorama"]


def test_a_folder_that_is_not_there_holds_nothing(tmp_path):
    assert installed_versions([str(tmp_path / "none")]) == {}


def test_the_digest_changes_with_the_lock(lock):
    before = lock_digest(lock)
    lock.write_text(LOCK + "x==1\n")
    assert lock_digest(lock) != before


def test_the_test_lock_serves_every_command_but_the_runtime_lock_not_the_tests():
    assert lock_names("test") == lock_names("check") == ("requirements-test.txt",)
    assert lock_names("up") == ("requirements.txt", "requirements-test.txt")
    assert lock_names(None) == lock_names("metrics") == lock_names("up")


def test_the_two_locks_of_the_project_agree_on_what_they_share():
    root = Path(__file__).parents[2]
    runtime, tests = (read_pins(root / f"requirements{suffix}.txt") for suffix in ("", "-test"))
    assert {name: tests.get(name) for name in runtime} == runtime


def test_the_locks_pin_every_extra_that_a_package_asks_for():
    """Else a pip before 23.3 takes the newest release for the extra, and refuses its hash."""
    asked = {
        (requirement.name, extra)
        for package in distributions()
        for requirement in map(Requirement, package.requires or ())
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        for extra in requirement.extras
    }
    text = (Path(__file__).parents[2] / "requirements-test.txt").read_text(encoding="utf-8")
    pinned = re.findall(r"^([\w.-]+)\[([^]]*)\]==", text, re.MULTILINE)
    given = {(name, extra) for name, extras in pinned for extra in extras.split(",")}
    assert asked
    assert asked <= given
