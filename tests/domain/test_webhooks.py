"""Where a webhook may lie, by who lets it in."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from tests.channels.test_words import a_line
from tthc.domain.webhooks import Reach, UrlRefusedError, check_url, ping_key, write_due, write_ping

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def rule(url, reach=Reach.PUBLIC):
    with pytest.raises(UrlRefusedError) as caught:
        check_url(url, reach)
    return caught.value.details["rule"]


@pytest.mark.parametrize(
    "url",
    [
        "https://lgsp.phutho.example.vn/tthc",
        "https://example.org:8443/a?b=c",
        "https://8.8.8.8/hook",
        "https://[2606:4700::1111]/",
    ],
)
def test_public_https_is_welcome_everywhere(url):
    for reach in Reach:
        check_url(url, reach)


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "127.0.0.1", "10.1.2.3", "192.168.0.9", "169.254.169.254", "0.0.0.1"),
        *("[::1]", "[fd00::1]", "[::ffff:10.0.0.1]", "100.64.0.1", "intranet", "db.local"),
        *("app.internal", "2130706433", "0x7f.1", "127.1", "localhost.", "redis"),
    ],
)
def test_an_internal_address_needs_an_operator(host):
    assert rule(f"https://{host}/hook") == "internal"
    check_url(f"https://{host}/hook", Reach.INTERNAL)
    check_url(f"https://{host}/hook", Reach.TRIAL)


@pytest.mark.parametrize("url", ["http://example.org/", "ftp://example.org/", "//example.org/"])
def test_only_https_is_called(url):
    assert {rule(url, reach) for reach in Reach} == {"not_https"}


def test_plain_http_to_this_machine_is_for_trials():
    check_url("http://127.0.0.1:9000/hook", Reach.TRIAL)
    assert rule("http://127.0.0.1:9000/hook", Reach.INTERNAL) == "not_https"
    assert rule("http://127.0.0.1.example.org/", Reach.TRIAL) == "not_https"


@pytest.mark.parametrize("url", ["https://a:b@example.org/", "https://a@example.org/"])
def test_a_name_or_password_in_the_address_is_refused(url):
    assert rule(url) == "has_password"


@pytest.mark.parametrize(
    "url",
    [
        *("https://", "https:///path", "https://example.org/#part", "https://[::1/"),
        *("https://example.org:99999/", "https://example.org:x/", "https://ex ample.org/"),
        *("https://đ.example.org/", "https://example.org\\@10.0.0.1/", ""),
        "https://example.org/" + "a" * 500,
    ],
)
def test_what_is_no_address_is_refused(url):
    assert rule(url) == "malformed"


def test_a_message_says_which_it_is_and_when_it_was_written():
    told = json.loads(write_due("tthc-1", 7, [a_line()], at=AT))
    assert list(told) == ["message_id", "sequence", "kind", "written_at", "dossiers"]
    assert (told["message_id"], told["sequence"], told["kind"]) == ("tthc-1", 7, "dossiers_due")
    assert told["written_at"] == "2026-11-24T10:00:00+07:00"
    assert told["dossiers"][0]["due_at"] == "2026-11-23T14:05:00+07:00"


def test_a_ping_has_an_id_of_its_own_each_time():
    assert len({ping_key(1, 1, at=AT), ping_key(1, 2, at=AT), ping_key(2, 1, at=AT)}) == 3
    assert json.loads(write_ping("tthc-1", 7, at=AT))["kind"] == "ping"
