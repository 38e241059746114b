"""``user``: people and the roles they hold."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from sqlalchemy.orm import Session

from tthc.cli.context import CommandContext
from tthc.domain.accounts import Role
from tthc.domain.errors import TthcError
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
from tthc.storage.session import open_database

Command = Callable[..., None]

as_json = click.option("--json", "is_json", is_flag=True, help="Print one JSON value.")
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
@as_json
@click.pass_obj
def add(
    context: CommandContext,
    username: str,
    *,
    display_name: str,
    email: str | None,
    password_stdin: bool,
    is_json: bool,
) -> None:
    """Add a user without any role; the password is asked for, never an argument."""
    new = NewUser(username, display_name, _password(password_stdin), email)
    with _change(context) as session:
        add_user(session, new, cost=HashCost(), now=context.clock())
    _say({"username": username, "added": True}, f"added {username}", is_json=is_json)


@user.command("grant")
@click.argument("username")
@role_option
@unit_option
@as_json
@click.pass_obj
def grant(
    context: CommandContext, username: str, *, role: str, unit: str | None, is_json: bool
) -> None:
    """Give a user a role on a unit, effective at once; twice is as once."""
    with _change(context) as session:
        grant_role(session, username, Role(role), unit, now=context.clock())
    told = {"username": username, "role": role, "unit_code": unit, "granted": True}
    _say(told, f"{username} is {role} of {unit or 'the whole system'}", is_json=is_json)


@user.command("revoke")
@click.argument("username")
@role_option
@unit_option
@as_json
@click.pass_obj
def revoke(
    context: CommandContext, username: str, *, role: str, unit: str | None, is_json: bool
) -> None:
    """Take a role away, effective at once."""
    with _change(context) as session:
        revoke_role(session, username, Role(role), unit)
    told = {"username": username, "role": role, "unit_code": unit, "granted": False}
    _say(told, f"{username} is {role} of {unit or 'the whole system'} no more", is_json=is_json)


@user.command("disable")
@click.argument("username")
@as_json
@click.pass_obj
def disable(context: CommandContext, username: str, *, is_json: bool) -> None:
    """Shut a user out at once, open sessions too. The account stays: events name it."""
    with _change(context) as session:
        disable_user(session, username)
    _say({"username": username, "is_active": False}, f"disabled {username}", is_json=is_json)


@user.command("enable")
@click.argument("username")
@as_json
@click.pass_obj
def enable(context: CommandContext, username: str, *, is_json: bool) -> None:
    """Let a disabled user sign in again."""
    with _change(context) as session:
        enable_user(session, username)
    _say({"username": username, "is_active": True}, f"enabled {username}", is_json=is_json)


@user.command("password")
@click.argument("username")
@stdin_option
@as_json
@click.pass_obj
def password(
    context: CommandContext, username: str, *, password_stdin: bool, is_json: bool
) -> None:
    """Give a user another password and end every open session."""
    chosen = _password(password_stdin)
    with _change(context) as session:
        set_password(session, username, chosen, cost=HashCost())
    _say({"username": username, "password_set": True}, f"set {username}", is_json=is_json)


@user.command("list")
@as_json
@click.pass_obj
def list_(context: CommandContext, *, is_json: bool) -> None:
    """List every user with the roles they hold."""
    with _change(context) as session:
        found = list_users(session)
    _say([_facts(entry) for entry in found], _lines(found), is_json=is_json)


@user.command("demo-list")
@as_json
@click.pass_obj
def demo_list(context: CommandContext, *, is_json: bool) -> None:
    """List the demonstration users and the password they share; only in a trial."""
    if context.environment == "production":
        raise click.ClickException("there are no demonstration users in production")
    with _change(context) as session:
        found = list_users(session, email_suffix=DEMO_DOMAIN)
    told = {"password": DEMO_PASSWORD, "users": [_facts(entry) for entry in found]}
    _say(told, f"{_lines(found)}\npassword of all: {DEMO_PASSWORD}", is_json=is_json)


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    asked = click.prompt("Mật khẩu · password", hide_input=True, confirmation_prompt=True)
    return str(asked)


@contextmanager
def _change(context: CommandContext) -> Iterator[Session]:
    """Give one transaction; a refusal ends the command with its messages and status 1."""
    with context.database() as url:
        sessions = open_database(url, pool_size=1)
        try:
            with sessions.begin() as session:
                yield session
        except TthcError as error:
            raise click.ClickException(f"{error.vi} · {error.en} [{error.code}]") from None
        finally:
            sessions.kw["bind"].dispose()


def _say(told: Any, text: str, *, is_json: bool) -> None:
    click.echo(json.dumps(told, ensure_ascii=False) if is_json else text)


def _facts(entry: UserEntry) -> dict[str, Any]:
    return {
        "username": entry.username,
        "display_name": entry.display_name,
        "email": entry.email,
        "is_active": entry.is_active,
        "roles": [{"role": r.role.value, "unit_code": r.unit_code} for r in entry.roles],
    }


def _lines(entries: list[UserEntry]) -> str:
    lines = []
    for entry in entries:
        roles = ", ".join(f"{r.role.value}@{r.unit_code or '*'}" for r in entry.roles) or "-"
        state = "" if entry.is_active else " (disabled)"
        lines.append(f"{entry.username:32} {entry.display_name}{state}: {roles}")
    return "\n".join(lines) or "no users"
