"""One's own contact points over HTTP."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.api.conftest import COMMUNE
from tthc.domain.accounts import Role

URL = "/api/v1/contact-points"


@pytest.fixture
def doors(doors):
    return replace(doors, channels=frozenset({"telegram", "zalo"}))


@pytest.fixture
def officer(signed_in):
    return signed_in((Role.OFFICER, COMMUNE))


def add(client, channel="telegram", target="-100123"):
    return client.post(URL, json={"channel": channel, "target": target})


def test_a_person_adds_sees_and_removes_an_address(officer, clock):
    assert officer.get(URL).json == {"items": [], "channels": ["telegram", "zalo"]}
    made = add(officer)
    assert (made.status_code, made.headers["Location"]) == (201, f"{URL}/telegram")
    assert officer.get(URL).json["items"] == [made.json]
    assert made.json["target"] == "-100123"
    assert officer.delete(f"{URL}/telegram").status_code == 204
    assert officer.get(URL).json["items"] == []
    assert officer.delete(f"{URL}/telegram").status_code == 404


def test_nobody_sees_or_removes_the_address_of_another(officer, signed_in):
    add(officer)
    other = signed_in((Role.MANAGER, COMMUNE))
    assert other.get(URL).json["items"] == []
    assert other.delete(f"{URL}/telegram").status_code == 404
    assert len(officer.get(URL).json["items"]) == 1


def test_a_channel_holds_one_address(officer):
    add(officer)
    again = add(officer, target="2")
    assert (again.status_code, again.json["code"]) == (409, "contact_point_taken")
    assert add(officer, "zalo").status_code == 201


def test_a_channel_that_is_not_here_is_refused(officer):
    answer = add(officer, "signal")
    assert (answer.status_code, answer.json["code"]) == (422, "channel_unknown")
    assert answer.json["facts"] == {"channels": "telegram, zalo"}


@pytest.mark.parametrize("target", ["a/b", "1?to=2", "1,2", "", "a b", "1#x", "x" * 102, "%31"])
def test_an_address_that_could_become_more_than_one_is_refused(officer, target):
    answer = add(officer, target=target)
    assert (answer.status_code, answer.json["code"]) == (422, "invalid_input")
