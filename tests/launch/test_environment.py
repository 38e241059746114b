"""The virtual environment is made from a lock, found quickly again and repaired when broken.

No package index is asked: the locks of these tests are empty or already met.
"""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tthc.launch.environment import Environment, enter
from tthc.launch.errors import LaunchError

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path):
    """A project with empty locks and a `tthc` that tells where it runs."""
    for name in ("requirements.txt", "requirements-test.txt"):
        (tmp_path / name).write_text(f"# nothing in {name}\n")
    (tmp_path / "tthc").mkdir()
    (tmp_path / "tthc" / "launch").symlink_to(ROOT / "tthc" / "launch")
    (tmp_path / "tthc" / "__main__.py").write_text(
        "import os, sys\n"
        "from pathlib import Path\n"
        "from tthc.launch.environment import Environment, enter\n"
        "enter(Environment(Path.cwd()), sys.argv[1:], os.environ)\n"
        "print(sys.prefix, *sys.argv[1:])\n"
    )
    return tmp_path


def run(project: Path, *arguments: str, python: str = sys.executable):
    return subprocess.run(
        [python, "-m", "tthc", *arguments],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={"PATH": "/usr/bin:/bin", "HOME": str(project)},
    )


def pin(project: Path, *, installed: bool) -> None:
    """Ask for one package more, and pretend that it is installed or not."""
    (project / "requirements.txt").write_text("thing==1 --hash=sha256:00\n")
    for packages in Environment(project).packages():
        if installed:
            Path(packages, "thing-1.dist-info").mkdir()


def stamp(project: Path) -> dict[str, str]:
    return json.loads((project / ".venv" / "tthc-lock.json").read_text())


def test_an_interpreter_that_has_everything_is_taken_as_it_is(project):
    answer = run(project, "up", "--port", "1")
    assert answer.stdout.split() == [sys.prefix, "up", "--port", "1"]
    assert not (project / ".venv").exists()


def test_a_stamped_environment_is_entered_with_the_same_arguments(project):
    made(project)
    answer = run(project, "metrics", "--since", "2026-01-01 x")
    assert answer.stdout == f"{project / '.venv'} metrics --since 2026-01-01 x\n"


def test_an_unfinished_environment_is_not_ready(project):
    made(project)
    environment = Environment(project)
    assert environment.is_ready("up")
    (project / ".venv" / "tthc-unfinished").touch()
    assert not environment.is_ready("up")


def test_an_environment_is_not_ready_when_the_lock_changes_or_a_package_is_lost(project):
    made(project)
    environment = Environment(project)
    pin(project, installed=False)
    assert not environment.is_ready("up")
    restamp(project)
    assert not environment.is_ready("up")
    pin(project, installed=True)
    assert environment.is_ready("up")


def test_an_environment_made_for_running_does_not_serve_the_tests(project):
    made(project)
    (project / "requirements-test.txt").write_text("# other\n")
    assert Environment(project).is_ready("up")
    assert not Environment(project).is_ready("test")
    restamp(project, "requirements-test.txt")
    assert Environment(project).is_ready("test")
    assert Environment(project).is_ready("up")


def test_an_environment_without_its_interpreter_is_not_ready(project):
    made(project)
    (project / ".venv" / "bin" / "python").unlink()
    assert not Environment(project).is_ready("up")


def test_an_incomplete_copy_of_the_project_is_refused(project):
    (project / "requirements.txt").unlink()
    with pytest.raises(LaunchError, match=r"requirements\.txt is missing"):
        enter(Environment(project), ["up"], {})


def made(project: Path) -> None:
    """Make an environment as a finished start leaves it."""
    venv.EnvBuilder(symlinks=True, with_pip=False).create(project / ".venv")
    restamp(project)


def restamp(project: Path, lock: str = "requirements.txt") -> None:
    from tthc.launch.pins import lock_digest  # noqa: PLC0415

    content = {
        "lock": lock_digest(project / lock),
        "python": "{}.{}".format(*sys.version_info[:2]),
    }
    (project / ".venv" / "tthc-lock.json").write_text(json.dumps(content))
