"""``contact`` on the command line."""

import json

import pytest

from tests.commands import run_command
from tests.make import NOW, PASSWORD

CHANNELS = {"telegram": "tgram://123456789:aaaabbbbccccddddeeeeffffgggghhhhiii/{target}"}


@pytest.fixture
def run(committed_url, tmp_path):
    def call(*words, stdin=None):
        place = {"url": committed_url, "home": tmp_path, "clock": lambda: NOW}
        return run_command(*words, **place, notify_urls=CHANNELS, stdin=stdin)

    call("user", "add", "lan", "--name", "Lan", "--password-stdin", stdin=f"{PASSWORD}\n")
    return call


def test_an_operator_says_where_somebody_is_reached(run):
    assert run("contact", "list").out == "no contact points\n"
    words = ("contact", "add", "lan", "--channel", "telegram", "--target", "-100123")
    assert json.loads(run(*words, "--json").out)["target"] == "-100123"
    assert "telegram" in run("contact", "list", "lan").out
    again = run(*words, "--json")
    assert (again.status, json.loads(again.out)["error"]["code"]) == (1, "contact_point_taken")
    gone = run("contact", "remove", "lan", "--channel", "telegram", "--json")
    assert json.loads(gone.out)["removed"] is True
    assert json.loads(run("contact", "list", "--json").out) == []


@pytest.mark.parametrize(
    ("username", "channel", "target", "code"),
    [
        ("lan", "signal", "1", "channel_unknown"),
        ("lan", "telegram", "a/b", "target_malformed"),
        ("nobody", "telegram", "1", "not_found"),
    ],
)
def test_what_cannot_be_is_refused(run, username, channel, target, code):
    words = ("contact", "add", username, "--channel", channel, "--target", target)
    refused = run(*words, "--json")
    assert (refused.status, json.loads(refused.out)["error"]["code"]) == (1, code)
