"""``user`` on the command line: one effect each, JSON on demand, no password in sight."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.make import NOW, PASSWORD
from tthc.cli.context import CommandContext
from tthc.cli.user import user
from tthc.services.accounts import DEMO_PASSWORD


@pytest.fixture
def run(committed_url, tmp_path):
    def call(*words, stdin=None, environment="trial"):
        context = CommandContext(
            environment=environment,
            database_url=committed_url,
            redis_url=None,
            smtp_url=None,
            secret_key="k",
            home=tmp_path,
            root=Path.cwd(),
            clock=lambda: NOW,
        )
        return CliRunner().invoke(user, words, input=stdin, obj=context)

    return call


def add(run, username="an.lac", *more):
    return run(
        "add", username, "--name", "An", "--password-stdin", "--json", *more, stdin=f"{PASSWORD}\n"
    )


def test_a_user_is_added_granted_and_disabled(run):
    assert json.loads(add(run).output) == {"username": "an.lac", "added": True}
    given = run("grant", "an.lac", "--role", "administrator", "--json")
    assert json.loads(given.output)["granted"] is True
    assert run("disable", "an.lac").exit_code == 0
    (listed,) = json.loads(run("list", "--json").output)
    assert listed["is_active"] is False
    assert listed["roles"] == [{"role": "administrator", "unit_code": None}]
    assert run("enable", "an.lac").exit_code == 0
    assert run("password", "an.lac", "--password-stdin", stdin="short\n").exit_code == 1
    assert run("password", "an.lac", "--password-stdin", stdin=PASSWORD).exit_code == 0
    assert run("revoke", "an.lac", "--role", "administrator").exit_code == 0
    assert "an.lac" in run("list").output


def test_a_password_is_asked_for_twice_and_not_shown(run):
    done = run("add", "an.lac", "--name", "An", stdin=f"{PASSWORD}\n{PASSWORD}\n")
    assert done.exit_code == 0, done.output
    assert PASSWORD not in done.output


def test_a_password_is_never_an_argument():
    names = {name for parameter in user.commands["add"].params for name in parameter.opts}
    assert "--password" not in names


def test_a_refusal_ends_with_status_1_and_its_code(run):
    add(run)
    again = add(run)
    assert again.exit_code == 1
    assert "[username_taken]" in again.output
    assert run("grant", "nobody", "--role", "administrator").exit_code == 1


def test_demonstration_users_are_shown_in_a_trial_only(run):
    add(run, "le.tan.tan-lac", "--email", "le.tan.tan-lac@demo.tthc.example")
    add(run, "an.lac", "--email", "an@commune.example")
    told = json.loads(run("demo-list", "--json").output)
    assert told["password"] == DEMO_PASSWORD
    assert [one["username"] for one in told["users"]] == ["le.tan.tan-lac"]
    refused = run("demo-list", environment="production")
    assert refused.exit_code == 1
    assert DEMO_PASSWORD not in refused.output
