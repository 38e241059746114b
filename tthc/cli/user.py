"""``user``: people and the roles they hold."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from sqlalchemy.orm import Session

from tthc.cli.context import CommandContext
from tthc.cli.output import answer, json_option
from tthc.cli.sessions import open_sessions
from tthc.domain.accounts import Role
from tthc.domain.errors import NotFoundError
from tthc.services.accounts import (
    DEMO_DOMAIN,
    DEMO_PASSWORD,
    NewUser,
    UserEntry,
    add_user,
    disable_user,
    enable_user,
    grant_role,
    list_users,
    revoke_role,
    set_password,
)
from tthc.services.passwords import HashCost

NO_DEMO_USERS = "Không có người dùng trình diễn · there are no demonstration users"

role_option = click.option("--role", type=click.Choice([r.value for r in Role]), required=True)
stdin_option = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input."
)
unit_option = click.option("--unit", help="Code of the unit; none means the whole system.")


@click.group("user")
def user() -> None:
    """Add people, give and take roles, disable accounts."""


@user.command("add")
@click.argument("username")
@click.option("--name", "display_name", required=True, help="The person's name.")
@click.option("--email", help="Where alerts go.")
@stdin_option
@json_option
@click.pass_obj
def add(
    context: CommandContext,
    username: str,
    *,
    display_name: str,
    email: str | None,
    password_stdin: bool,
    as_json: bool,
) -> None:
    """Add a user without any role; the password is asked for, never an argument."""
    new = NewUser(username, display_name, _password(password_stdin), email)
    with _change(context) as session:
        add_user(session, new, cost=HashCost(), now=context.clock())
    answer({"username": username, "added": True}, [f"added {username}"], as_json=as_json)


@user.command("grant")
@click.argument("username")
@role_option
@unit_option
@json_option
@click.pass_obj
def grant(
    context: CommandContext, username: str, *, role: str, unit: str | None, as_json: bool
) -> None:
    """Give a user a role on a unit, effective at once; twice is as once."""
    with _change(context) as session:
        grant_role(session, username, Role(role), unit, now=context.clock())
    told = {"username": username, "role": role, "unit_code": unit, "granted": True}
    answer(told, [f"{username} is {role} of {unit or 'the whole system'}"], as_json=as_json)


@user.command("revoke")
@click.argument("username")
@role_option
@unit_option
@json_option
@click.pass_obj
def revoke(
    context: CommandContext, username: str, *, role: str, unit: str | None, as_json: bool
) -> None:
    """Take a role away, effective at once."""
    with _change(context) as session:
        revoke_role(session, username, Role(role), unit, now=context.clock())
    told = {"username": username, "role": role, "unit_code": unit, "granted": False}
    answer(told, [f"{username} is {role} of {unit or 'the whole system'} no more"], as_json=as_json)


@user.command("disable")
@click.argument("username")
@json_option
@click.pass_obj
def disable(context: CommandContext, username: str, *, as_json: bool) -> None:
    """Shut a user out at once, open sessions too. The account stays: events name it."""
    with _change(context) as session:
        disable_user(session, username, now=context.clock())
    answer({"username": username, "is_active": False}, [f"disabled {username}"], as_json=as_json)


@user.command("enable")
@click.argument("username")
@json_option
@click.pass_obj
def enable(context: CommandContext, username: str, *, as_json: bool) -> None:
    """Let a disabled user sign in again."""
    with _change(context) as session:
        enable_user(session, username, now=context.clock())
    answer({"username": username, "is_active": True}, [f"enabled {username}"], as_json=as_json)


@user.command("password")
@click.argument("username")
@stdin_option
@json_option
@click.pass_obj
def password(
    context: CommandContext, username: str, *, password_stdin: bool, as_json: bool
) -> None:
    """Give a user another password and end every open session."""
    chosen = _password(password_stdin)
    with _change(context) as session:
        set_password(session, username, chosen, cost=HashCost(), now=context.clock())
    answer({"username": username, "password_set": True}, [f"set {username}"], as_json=as_json)


@user.command("list")
@json_option
@click.pass_obj
def list_(context: CommandContext, *, as_json: bool) -> None:
    """List every user with the roles they hold."""
    with _change(context) as session:
        found = list_users(session)
    answer([_facts(entry) for entry in found], _lines(found), as_json=as_json)


@user.command("demo-list")
@json_option
@click.pass_obj
def demo_list(context: CommandContext, *, as_json: bool) -> None:
    """List the demonstration users, if any, and the password they share; only in a trial."""
    if context.environment == "production":
        raise NotFoundError(
            "Không có người dùng trình diễn trong môi trường thật.",
            "there are no demonstration users in production",
        )
    with _change(context) as session:
        found = list_users(session, email_suffix=DEMO_DOMAIN)
    told = {"password": DEMO_PASSWORD if found else None, "users": [_facts(e) for e in found]}
    lines = [*_lines(found), f"password of all: {DEMO_PASSWORD}"] if found else [NO_DEMO_USERS]
    answer(told, lines, as_json=as_json)


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    asked = click.prompt("Mật khẩu · password", hide_input=True, confirmation_prompt=True)
    return str(asked)


@contextmanager
def _change(obj: CommandContext) -> Iterator[Session]:
    with open_sessions(obj) as sessions, sessions.begin() as session:
        yield session


def _facts(entry: UserEntry) -> dict[str, Any]:
    return {
        "username": entry.username,
        "display_name": entry.display_name,
        "email": entry.email,
        "is_active": entry.is_active,
        "roles": [{"role": r.role.value, "unit_code": r.unit_code} for r in entry.roles],
    }


def _lines(entries: list[UserEntry]) -> list[str]:
    lines = []
    for entry in entries:
        roles = ", ".join(f"{r.role.value}@{r.unit_code or '*'}" for r in entry.roles) or "-"
        state = "" if entry.is_active else " (disabled)"
        lines.append(f"{entry.username:32} {entry.display_name}{state}: {roles}")
    return lines or ["no users"]
