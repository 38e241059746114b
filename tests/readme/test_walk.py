"""What the README tells a new user to type, typed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import threading
from datetime import timedelta
from itertools import count

import pytest
from werkzeug.serving import make_server

from tests import make
from tthc.api.app import create_app
from tthc.api.context import Doors
from tthc.domain.accounts import Role
from tthc.services.accounts import DEMO_PASSWORD, NewUser, add_user, grant_role

README = (make.ROOT / "README.md").read_text(encoding="utf-8")
PEOPLE = {
    "mot-cua.tan-lac": Role.RECEPTION,
    "can-bo.tan-lac": Role.OFFICER,
    "lanh-dao.tan-lac": Role.MANAGER,
}


@pytest.fixture
def address(committed_sessions):
    """The application on a free port, with the demonstration's people and reference data."""
    with committed_sessions.begin() as session:
        make.a_desk(session)
        for username, role in PEOPLE.items():
            add_user(
                session, NewUser(username, username, DEMO_PASSWORD), cost=make.CHEAP, now=make.NOW
            )
            grant_role(session, username, role, make.TAN_LAC, now=make.NOW)
    seconds = count()

    def clock():
        return make.NOW + timedelta(seconds=next(seconds))

    doors = Doors(committed_sessions, clock, "a key for tests", hash_cost=make.CHEAP)
    server = make_server("127.0.0.1", 0, create_app(doors), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not on this machine")
def test_the_walk_from_receipt_to_return_works_as_written(address, tmp_path):
    walk = re.search(r"<!-- walk.*?-->\n```sh\n(.*?)```", README, re.DOTALL)[1]
    script = tmp_path / "walk.sh"
    script.write_text(walk.replace("127.0.0.1:8000", address), encoding="utf-8")
    done = subprocess.run(["sh", str(script)], capture_output=True, text=True, check=True)
    assert "H44.240-260302-0001" in done.stdout
    assert "hẹn trả 17:00 05/03/2026" in done.stdout
    actions = re.findall(r"^(\w+): (\d+)$", done.stdout, re.MULTILINE)
    assert [code for _, code in actions] == ["200"] * 6
    assert actions[-1][0] == "return"
    sheet = json.loads(done.stdout[done.stdout.rindex('{"since"') :])
    assert sheet["total"]["counts"]["finished"] == 1


def test_every_command_it_names_is_there():
    from_table = set(re.findall(r"^\| `(\w+)", README, re.MULTILINE)) - {"python3"}
    from tthc.cli.main import main  # noqa: PLC0415 - beside what it is compared with

    known = set(main.commands) | {"up", "test", "check"}
    assert {word for word in from_table if word.islower()} <= known
