"""The embedded PostgreSQL is real, safe, shared, and leaves nothing behind."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from tests.launch.probes import eventually, is_alive, processes_with, query
from tthc.launch.errors import LaunchError
from tthc.launch.postgres import EmbeddedPostgres, running_postgres, throwaway_postgres

ROOT = Path(__file__).parents[2]


def socket_of(url: str) -> Path:
    return Path(parse_qs(urlsplit(url).query)["host"][0])


def postmaster(data: Path) -> int:
    return int((data / "postmaster.pid").read_text().splitlines()[0])


@pytest.fixture
def server(home):
    server = EmbeddedPostgres(home)
    server.start()
    yield server
    server.stop()


def test_a_throwaway_database_is_empty_quick_and_vanishes():
    with throwaway_postgres() as url:
        assert query(url, "show fsync") == ("off",)
        assert query(url, "select count(*) from pg_tables where schemaname = 'public'") == (0,)
        folder = socket_of(url)
        assert folder.exists()
    assert not folder.exists()
    assert processes_with(str(folder)) == []


def test_the_database_speaks_unicode_by_the_same_rules_everywhere(server):
    assert query(server.url, "show server_encoding") == ("UTF8",)
    collation = query(
        server.url,
        "select lower('ĐẶNG THỊ Ỷ'), 'Z' < 'a', 'z' < 'đ'",
    )
    assert collation == ("đặng thị ỷ", True, True)


def test_what_is_committed_is_on_the_disk(server):
    settings = "current_setting('fsync'), current_setting('synchronous_commit')"
    assert query(server.url, f"select {settings}") == ("on", "on")


def test_the_role_owns_its_database_and_is_no_superuser(server):
    assert query(server.url, "select usesuper from pg_user where usename = current_user") == (
        False,
    )
    query(server.url, "create table t (x int)")
    query(server.url, "drop table t")


def test_no_port_is_open_and_the_password_is_asked_for(server):
    assert query(server.url, "show listen_addresses") == ("",)
    password = urlsplit(server.url).password
    assert password
    with pytest.raises(psycopg.OperationalError, match="password"):
        query(server.url.replace(password, "wrong"), "select 1")


def test_nobody_else_can_read_the_password_or_reach_the_socket(server, home):
    assert stat.S_IMODE((home / "secrets").stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "secrets" / "postgres").stat().st_mode) == 0o600
    assert stat.S_IMODE(socket_of(server.url).stat().st_mode) == 0o700
    assert stat.S_IMODE(server.data.stat().st_mode) == 0o700


def test_the_server_never_runs_as_root(server):
    assert Path("/proc", str(postmaster(server.data))).stat().st_uid != 0


def test_data_survive_from_one_command_to_the_next(home):
    with running_postgres(home) as url:
        query(url, "create table kept as select 1 as x")
    with running_postgres(home) as url:
        assert query(url, "select x from kept") == (1,)
        query(url, "drop table kept")


def test_the_last_of_several_users_stops_the_server(home):
    with running_postgres(home) as first:
        with running_postgres(home) as second:
            assert first == second
        assert query(first, "select 1") == (1,)
    assert processes_with(str(home / "postgres")) == []


def test_two_processes_share_one_server(server, home):
    code = (
        "import sys, pathlib\n"
        "from tthc.launch.postgres import running_postgres\n"
        "with running_postgres(pathlib.Path(sys.argv[1])) as url: print(url)\n"
    )
    number = postmaster(server.data)
    answer = subprocess.run(
        [sys.executable, "-c", code, str(home)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip() == server.url
    assert postmaster(server.data) == number
    assert query(server.url, "select 1") == (1,)


def test_many_processes_that_come_and_go_never_fail(home):
    code = (
        "import sys, pathlib, psycopg\n"
        "from tthc.launch.postgres import running_postgres\n"
        "for _ in range(3):\n"
        "    with running_postgres(pathlib.Path(sys.argv[1])) as url:\n"
        "        psycopg.connect(url.replace('+psycopg', '')).close()\n"
    )
    crowd = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(home)], cwd=ROOT, stderr=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    answers = [process.communicate(timeout=120)[1] for process in crowd]
    assert [process.returncode for process in crowd] == [0] * 4, answers
    assert eventually(lambda: processes_with(str(home / "postgres")) == [])


def test_a_user_killed_outright_leaves_no_server(home):
    code = (
        "import sys, pathlib, time\n"
        "from tthc.launch.postgres import EmbeddedPostgres\n"
        "server = EmbeddedPostgres(pathlib.Path(sys.argv[1]))\n"
        "print(server.start(), flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(home)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        process.stdout.readline()
        assert processes_with(str(home / "postgres"))
        process.kill()
    assert eventually(lambda: processes_with(str(home / "postgres")) == [])


def test_a_server_killed_outright_comes_back_with_its_data(server):
    query(server.url, "create table survivor as select 7 as x")
    number = postmaster(server.data)
    os.kill(number, signal.SIGKILL)
    assert eventually(lambda: not is_alive(number))

    def answers() -> bool:
        try:
            return query(server.url, "select x from survivor") == (7,)
        except (psycopg.OperationalError, IndexError):
            return False

    assert eventually(answers)
    query(server.url, "drop table survivor")


def test_a_keeper_killed_outright_takes_the_server_along_and_is_replaced(server, home):
    number = postmaster(server.data)
    os.kill(int((home / "locks" / "postgres" / "keeper.lock").read_text()), signal.SIGKILL)
    assert eventually(lambda: not is_alive(number))
    assert server.revive()
    assert query(server.url, "select 1") == (1,)
    assert not server.revive()


def test_the_note_of_a_dead_server_naming_another_program_is_no_hindrance(home):
    with running_postgres(home):
        data = home / "postgres"
        lines = (data / "postmaster.pid").read_text().splitlines()
    owner = data.stat()
    note = data / "postmaster.pid"
    with subprocess.Popen(
        ["sleep", "60"],
        user=owner.st_uid if os.geteuid() == 0 else None,
    ) as other:
        note.write_text("\n".join([str(other.pid), *lines[1:]]) + "\n")
        if os.geteuid() == 0:
            os.chown(note, owner.st_uid, owner.st_gid)
        with running_postgres(home) as url:
            assert query(url, "select 1") == (1,)
        other.kill()


def test_a_half_made_database_is_made_anew(new_home):
    (new_home / "postgres.new" / "data").mkdir(parents=True)
    with running_postgres(new_home) as url:
        assert query(url, "select 1") == (1,)
    assert not (new_home / "postgres.new").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs servers under another account")
def test_a_home_closed_to_others_stays_closed_and_its_data_lie_outside(new_home):
    new_home.chmod(0o700)
    server = EmbeddedPostgres(new_home)
    try:
        assert query(server.start(), "select 1") == (1,)
        place = server.data.parent
        assert place.parent == Path("/var/lib/tthc")
    finally:
        server.stop()
    assert stat.S_IMODE(new_home.stat().st_mode) == 0o700
    new_home.chmod(0o711)
    with running_postgres(new_home):
        assert not (new_home / "postgres").exists(), "data once made are found again"
    shutil.rmtree(place)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs servers under another account")
def test_data_hidden_by_a_folder_closed_later_are_not_made_anew(new_home):
    with running_postgres(new_home):
        pass
    new_home.chmod(0o700)
    with pytest.raises(LaunchError, match="can no longer be reached"), running_postgres(new_home):
        pass
