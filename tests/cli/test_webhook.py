"""``webhook`` on the command line: a secret is printed once."""

import json

import pytest

from tests.commands import run_command
from tests.make import NOW

ADDRESS = "https://lgsp.example.vn/tthc"


@pytest.fixture
def run(committed_url, tmp_path):
    def call(*words, environment="trial"):
        place = {"url": committed_url, "home": tmp_path, "clock": lambda: NOW}
        return run_command("webhook", *words, **place, environment=environment)

    return call


def test_a_webhook_is_added_rotated_and_switched(run):
    assert run("list").out == "no webhooks\n"
    made = json.loads(run("add", ADDRESS, "--json").out)
    number = str(made["id"])
    assert made["secret"] not in run("list").out + run("list", "--json").out
    turned = json.loads(run("rotate", number, "--json").out)
    assert turned["secret"] != made["secret"]
    assert json.loads(run("disable", number, "--json").out)["is_active"] is False
    [listed] = json.loads(run("list", "--json").out)
    assert (listed["url"], listed["is_active"]) == (ADDRESS, False)
    assert " on " in run("enable", number).out


def test_messages_are_sent_again_and_pings_asked_for(run):
    number = str(json.loads(run("add", ADDRESS, "--json").out)["id"])
    asked = json.loads(run("ping", number, "--json").out)
    assert (asked["last_sequence"], asked["resend"]["until"]) == (1, 1)
    assert "resent up to 0 of 1" in run("list").out
    again = run("resend", number, "--after", "0", "--json")
    assert json.loads(again.out)["error"]["code"] == "resend_running"


def test_only_an_operator_lets_an_internal_address_in(run):
    run("list")
    inner = "https://10.1.2.3/hook"
    refused = run("add", inner, "--json", environment="production")
    assert refused.status == 1
    assert json.loads(refused.out)["error"]["code"] == "url_refused"
    made = run("add", inner, "--internal", "--json", environment="production")
    assert json.loads(made.out)["is_internal"] is True


def test_a_refusal_ends_with_status_1_and_its_code(run):
    run("add", ADDRESS)
    assert run("add", "http://lgsp.example.vn/").status == 1
    nobody = run("rotate", "99")
    assert (nobody.status, "[not_found]" in nobody.err) == (1, True)
