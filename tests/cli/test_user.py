"""``user`` on the command line: one effect each, JSON on demand, no password in sight."""

import json

import pytest

from tests.commands import run_command
from tests.make import NOW, PASSWORD
from tthc.cli.user import user
from tthc.services.accounts import DEMO_PASSWORD


@pytest.fixture
def run(committed_url, tmp_path):
    def call(*words, stdin=None, environment="trial"):
        place = {"url": committed_url, "home": tmp_path, "clock": lambda: NOW}
        return run_command("user", *words, **place, environment=environment, stdin=stdin)

    return call


def add(run, username="an.lac", *more):
    return run(
        "add", username, "--name", "An", "--password-stdin", "--json", *more, stdin=f"{PASSWORD}\n"
    )


def test_a_user_is_added_granted_and_disabled(run):
    assert json.loads(add(run).out) == {"username": "an.lac", "added": True}
    given = run("grant", "an.lac", "--role", "administrator", "--json")
    assert json.loads(given.out)["granted"] is True
    assert run("disable", "an.lac").status == 0
    (listed,) = json.loads(run("list", "--json").out)
    assert listed["is_active"] is False
    assert listed["roles"] == [{"role": "administrator", "unit_code": None}]
    assert run("enable", "an.lac").status == 0
    assert run("password", "an.lac", "--password-stdin", stdin="short\n").status == 1
    assert run("password", "an.lac", "--password-stdin", stdin=PASSWORD).status == 0
    assert run("revoke", "an.lac", "--role", "administrator").status == 0
    assert "an.lac" in run("list").out


def test_a_password_is_asked_for_twice_and_not_shown(run):
    done = run("add", "an.lac", "--name", "An", stdin=f"{PASSWORD}\n{PASSWORD}\n")
    assert done.status == 0, done.out + done.err
    assert PASSWORD not in done.out + done.err


def test_a_password_is_never_an_argument():
    names = {name for parameter in user.commands["add"].params for name in parameter.opts}
    assert "--password" not in names


def test_a_refusal_ends_with_status_1_and_its_code(run):
    add(run)
    again = add(run)
    assert again.status == 1
    assert json.loads(again.out)["error"]["code"] == "username_taken"
    nobody = run("grant", "nobody", "--role", "administrator")
    assert (nobody.status, "[not_found]" in nobody.err) == (1, True)


def test_without_demonstration_users_no_password_is_shown(run):
    add(run)
    plain, told = run("demo-list"), run("demo-list", "--json")
    assert "there are no demonstration users" in plain.out
    assert json.loads(told.out) == {"password": None, "users": []}
    assert DEMO_PASSWORD not in plain.out


def test_demonstration_users_are_shown_in_a_trial_only(run):
    add(run, "le.tan.tan-lac", "--email", "le.tan.tan-lac@demo.tthc.example")
    add(run, "an.lac", "--email", "an@commune.example")
    told = json.loads(run("demo-list", "--json").out)
    assert told["password"] == DEMO_PASSWORD
    assert [one["username"] for one in told["users"]] == ["le.tan.tan-lac"]
    refused = run("demo-list", environment="production")
    assert refused.status == 1
    assert DEMO_PASSWORD not in refused.out + refused.err
