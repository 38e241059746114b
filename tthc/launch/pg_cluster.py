"""Making a PostgreSQL data folder, whole or not at all."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tthc.launch.account import Account, server_account
from tthc.launch.errors import LaunchError
from tthc.launch.pg_binaries import Binaries, find_binaries
from tthc.launch.places import kept_secret, reachable_place, stand_in
from tthc.launch.progress import step

DATABASE = "tthc"
_DATA = "postgres"
_BUILTIN_LOCALE_SINCE = 17
_SERVER_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "PATH": "/usr/bin:/bin"}


@dataclass(frozen=True, slots=True)
class Cluster:
    """A data folder, the programs that fit it and the account they run under."""

    data: Path
    binaries: Binaries
    account: Account
    password: str


def prepare_cluster(home: Path, *, durable: bool) -> Cluster:
    """Return the cluster of a home folder, made first if it is not there.

    The role and database `tthc` exist in it; the role is no superuser. Not durable means that
    making it does not wait for the disk.
    """
    data, account = _data_folder(home)
    secrets = home / "secrets"
    password = kept_secret(secrets / "postgres")
    if data.exists():
        major = int((data / "PG_VERSION").read_text(encoding="ascii"))
        return Cluster(data, find_binaries(account, major), account, password)
    binaries = find_binaries(account)
    cluster = Cluster(data, binaries, account, password)
    with step(f"Making a PostgreSQL {binaries.major} database in {data}"):
        _make(cluster, kept_secret(secrets / "postgres_admin"), durable=durable)
    return cluster


def _data_folder(home: Path) -> tuple[Path, Account]:
    """Where the data lie or shall lie, and the account of their server.

    Data once made are found again, even when the folders above were opened or closed since.
    """
    outside = stand_in(home) / _DATA
    data = home / _DATA
    if not data.exists() and os.geteuid() == 0 and outside.exists():
        data = outside
    account = server_account(data)
    if not data.exists():
        return reachable_place(home, account) / _DATA, account
    if not account.can_reach(data):
        raise LaunchError(
            f"The data in {data} can no longer be reached by the account that owns them: "
            "a folder above was closed to others. Open it again (chmod o+x)."
        )
    return data, account


def _make(cluster: Cluster, admin_password: str, *, durable: bool) -> None:
    fresh = cluster.data.with_name("postgres.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    cluster.account.give(fresh)
    inner = fresh / "data"
    _initialise(cluster, inner, admin_password, durable=durable)
    role = f"CREATE ROLE {DATABASE} LOGIN CREATEDB PASSWORD '{cluster.password}'"
    for statement in (role, f"CREATE DATABASE {DATABASE} OWNER {DATABASE}"):
        command = [cluster.binaries.path("postgres"), "--single", "-D", str(inner)]
        command += [] if durable else ["-F"]
        _run(cluster, [*command, "postgres"], statement + "\n")
    inner.rename(cluster.data)
    fresh.rmdir()


def _initialise(cluster: Cluster, inner: Path, admin_password: str, *, durable: bool) -> None:
    note = inner.with_name("password")
    note.touch(mode=0o600)
    note.write_text(admin_password, encoding="ascii")
    cluster.account.give(note)
    command = [cluster.binaries.path("initdb"), "-D", str(inner), "-U", "postgres"]
    command += ["--encoding=UTF8", "--auth=scram-sha-256", f"--pwfile={note}"]
    if cluster.binaries.major >= _BUILTIN_LOCALE_SINCE:
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    else:
        command += ["--locale=C.UTF-8"]
    _run(cluster, command if durable else [*command, "--no-sync"])
    note.unlink()


def _run(cluster: Cluster, command: list[str], text: str = "") -> None:
    answer = subprocess.run(
        command,
        input=text,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env=server_environment(),
        start_new_session=True,
        umask=0o077,
        **cluster.account.subprocess_arguments(),
    )
    complaint = answer.stderr.strip()
    if answer.returncode or "ERROR:" in complaint:
        name = os.path.basename(command[0])
        raise LaunchError(f"{name} failed with status {answer.returncode}:\n{complaint}")


def server_environment() -> dict[str, str]:
    """Environment of the database programs: nothing of the caller's reaches them."""
    return dict(_SERVER_ENVIRONMENT)
