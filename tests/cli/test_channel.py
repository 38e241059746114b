"""``channel`` on the command line: a refresh token is read, kept and never shown."""

import json

import pytest

from tests.commands import run_command
from tests.make import NOW

CHANNELS = {
    "telegram": "tgram://123456789:aaaabbbbccccddddeeeeffffgggghhhhiii/{target}",
    "zalo_oa": "zalooa://123:app-secret/{target}",
}


@pytest.fixture
def run(committed_url, tmp_path):
    def call(*words, stdin=None, channels=CHANNELS):
        place = {"url": committed_url, "home": tmp_path, "clock": lambda: NOW}
        return run_command("channel", *words, **place, notify_urls=channels, stdin=stdin)

    return call


def test_channels_are_listed_without_their_secrets(run):
    done = run("authorise", "zalo_oa", "--json", stdin="refresh-0\n")
    assert json.loads(done.out) == {"channel": "zalo_oa", "authorised": True}
    listed = json.loads(run("list", "--json").out)
    assert [(entry["channel"], entry["scheme"]) for entry in listed] == [
        ("telegram", "tgram"),
        ("zalo_oa", "zalooa"),
    ]
    assert listed[1]["tokens"]["expires_at"] == NOW.isoformat()
    shown = run("list").out
    assert "token until 2026-03-02 03:00 UTC" in shown
    for secret in ("app-secret", "aaaabbbb", "refresh-0"):
        assert secret not in shown + json.dumps(listed)


def test_only_an_official_account_is_authorised(run):
    refused = run("authorise", "telegram", "--json", stdin="x\n")
    assert (refused.status, json.loads(refused.out)["error"]["code"]) == (1, "channel_unknown")
    assert run("authorise", "zalo_oa", stdin="\n").status == 2
    assert run("list", channels={}).out == "no channels but mail and webhooks\n"
