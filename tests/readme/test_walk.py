"""What the README tells a new user to type, typed."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import threading
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from werkzeug.serving import make_server

from tests import make
from tests.commands import run_command
from tthc.api.app import create_app
from tthc.domain.accounts import Role
from tthc.launch.processes import process_table
from tthc.services.accounts import (
    DEMO_DOMAIN,
    DEMO_PASSWORD,
    NewUser,
    add_user,
    grant_role,
    list_users,
)
from tthc.serving.context import Doors

README = (make.ROOT / "README.md").read_text(encoding="utf-8")
AUTUMN_2026 = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
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


def printed_by(command):
    """What the README prints under a command."""
    return re.search(
        rf"python3 -m tthc {re.escape(command)}\n```\n\n```text\n(.*?)```", README, re.DOTALL
    )[1]


STEPS = re.findall(r"^python3 -m tthc (import .*|metrics .*|deadline .*)$", README, re.MULTILINE)
DEMO = process_table(host="", port=0, beat_schedule="").demonstrate[2:]


@pytest.fixture
def run(committed_url, tmp_path):
    def call(*words):
        place = {"url": committed_url, "home": tmp_path, "clock": lambda: AUTUMN_2026}
        done = run_command(*words, **place)
        assert done.status == 0, done.err
        return done.out

    return call


@pytest.mark.parametrize("is_up_first", [False, True], ids=["import first", "up first"])
def test_the_first_steps_print_what_is_written_in_either_order(
    run, committed_sessions, is_up_first
):
    if is_up_first:
        assert "2000 dossiers" in run(*DEMO)
    assert [command.split()[0] for command in STEPS] == ["import", "metrics", "deadline"]
    for command in STEPS:
        assert run(*shlex.split(command)) == printed_by(command)
    if not is_up_first:
        assert "demonstration users were added" in run(*DEMO)
    with committed_sessions.begin() as session:
        users = {user.username for user in list_users(session, email_suffix=DEMO_DOMAIN)}
    assert PEOPLE.keys() <= users


def test_every_command_it_names_is_there():
    from_table = set(re.findall(r"^\| `(\w+)", README, re.MULTILINE)) - {"python3"}
    from tthc.cli.main import main  # noqa: PLC0415 - beside what it is compared with

    known = set(main.commands) | {"up", "test", "check"}
    assert {word for word in from_table if word.islower()} <= known
