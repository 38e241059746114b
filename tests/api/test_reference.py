"""Communes, agencies and procedures are found in any spelling and come page by page."""

from __future__ import annotations

import pytest

from tests import make
from tthc.domain.accounts import Role


@pytest.fixture
def units(session):
    """The project's own reference data, instead of the toy units."""
    make.a_desk(session)
    session.commit()


@pytest.fixture
def reader(signed_in):
    return signed_in((Role.RECEPTION, make.TAN_LAC))


def codes(client, url):
    found = []
    while url:
        page = client.get(url).json
        found += [row["code"] for row in page["items"]]
        url = f"{url.partition('&cursor')[0]}&cursor={page['next']}" if page["next"] else None
    return found


@pytest.mark.parametrize("text", ["tan lac", "TÂN LẠC", "05128"])
def test_a_commune_is_found_without_accents_or_by_code(reader, text):
    assert make.TAN_LAC in codes(reader, f"/api/v1/communes?q={text}")


def test_all_148_communes_come_once_each(reader):
    found = codes(reader, "/api/v1/communes?limit=50")
    assert len(found) == len(set(found)) == 148
    assert found == sorted(found)


def test_agencies_are_the_units_that_can_give_numbers(reader):
    found = codes(reader, "/api/v1/agencies?limit=100")
    assert make.TAN_LAC in found
    assert 145 <= len(found) < 149


def test_a_procedure_shows_its_versions_and_limits(reader):
    told = reader.get(f"/api/v1/procedures/{make.GUARDIANSHIP}").json
    limits = told["versions"][0]["offers"]
    assert {(x["amount"], x["unit"]) for x in limits} == {(3, "working_day")}
    assert make.GUARDIANSHIP in codes(reader, "/api/v1/procedures?q=giam ho")


@pytest.mark.parametrize("url", ["communes/99999", "communes/25", "procedures/9.999999"])
def test_what_is_not_there_is_not_found(reader, url):
    assert reader.get(f"/api/v1/{url}").status_code == 404


def test_one_commune_is_shown(reader):
    assert reader.get(f"/api/v1/communes/{make.TAN_LAC}").json["agency_code"] == "H44.240"
