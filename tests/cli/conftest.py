"""Commands run on a committed database of the test's own, long after its dossiers."""

from __future__ import annotations

import pytest

from tests import make
from tests.commands import run_command

LATER = make.NOW.replace(month=11, day=24)


@pytest.fixture
def run(committed_url, tmp_path):
    """Run a command and return what it wrote; ``status`` is how it has to end."""

    def call(*words, status=0):
        place = {"url": committed_url, "home": tmp_path, "clock": lambda: LATER}
        done = run_command(*map(str, words), **place)
        assert done.status == status, done.err
        return done.out

    return call
