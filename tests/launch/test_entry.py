"""`python3 -m tthc` begins with the standard library and answers wrong use with a status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tthc", *arguments],
        cwd=ROOT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_launcher_and_the_settings_need_nothing_installed():
    code = (
        "import sys\n"
        "import tthc.__main__, tthc.launch.up, tthc.launch.testing, tthc.launch.checking\n"
        "import tthc.launch.environment, tthc.launch.keeper, config.settings, config.clock\n"
        "print([m for m in sys.modules if 'site-packages' in str(getattr(sys.modules[m], "
        "'__file__', ''))])\n"
    )
    answer = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.stdout == "[]\n", answer.stderr


def test_an_unsafe_setting_is_refused_with_its_name_and_a_status():
    answer = run("up", TTHC_ENV="production", SECRET_KEY="")
    assert answer.returncode == 2
    assert "DATABASE_URL must be set in production" in answer.stderr


def test_an_unsafe_setting_is_one_document_for_a_program():
    answer = run("sweep", "--once", "--json", TTHC_CLOCK="noon")
    assert (answer.returncode, answer.stderr) == (2, "")
    told = json.loads(answer.stdout)["error"]
    assert told["code"] == "settings_invalid"
    assert "TTHC_CLOCK" in told["detail_en"]


def test_an_embedded_server_that_does_not_start_is_one_document_for_a_program(tmp_path):
    (tmp_path / "postgres").write_text("in the way")
    answer = run("sweep", "--once", "--json", TTHC_HOME=str(tmp_path))
    assert answer.returncode == 1
    assert json.loads(answer.stdout)["error"]["code"] == "launch_failed"


def test_wrong_arguments_of_up_are_refused_before_anything_starts():
    answer = run("up", "--port", "70000")
    assert answer.returncode == 2
    assert "--port must lie between 1 and 65535" in answer.stderr
