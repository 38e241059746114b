"""The documentation works offline and tells the truth."""

import json
import re

import pytest
from openapi_spec_validator import validate

from tthc.api.app import create_app
from tthc.api.docs import ASSETS
from tthc.serving.context import Doors


def test_the_description_is_valid_openapi_3_1(client, toy_app):
    for app_client in (client, toy_app.test_client()):
        spec = app_client.get("/openapi.json").json
        assert spec["openapi"] == "3.1.0"
        validate(spec)


def test_every_schema_described_is_used():
    spec = create_app(Doors(None, None, "key")).test_client().get("/openapi.json").json
    told = json.dumps(spec)
    schemas = spec["components"]["schemas"]
    assert [name for name in schemas if f'"#/components/schemas/{name}"' not in told] == []


def test_every_operation_says_how_it_fails_and_who_may_use_it(toy_app):
    spec = toy_app.test_client().get("/openapi.json").json
    problem = spec["components"]["responses"]["DEFAULT_ERROR"]["content"]
    assert list(problem) == ["application/problem+json"]
    for path in spec["paths"].values():
        for operation in (path[m] for m in ("get", "post", "delete") if m in path):
            assert "default" in operation["responses"]
            assert operation["x-policy"]
            assert operation["summary"]
            assert operation["security"] == (
                [] if operation["x-policy"] == "public" else [{"bearer": []}]
            )


def test_the_headers_a_route_takes_are_described(toy_app):
    spec = toy_app.test_client().get("/openapi.json").json
    move = spec["paths"]["/api/v1/things/{code}/moves"]["post"]
    named = {(p["in"], p["name"], p.get("required", False)) for p in move["parameters"]}
    assert named == {
        ("header", "If-Match", True),
        ("header", "Idempotency-Key", False),
        ("query", "way", False),
    }
    body = spec["components"]["schemas"]["Thing"]
    assert body["additionalProperties"] is False
    assert body["properties"]["name"] == {"type": "string", "minLength": 1, "maxLength": 20}
    assert body["properties"]["channel"]["enum"] == [1, 2, 3]


def test_the_page_needs_nothing_from_outside(client):
    page = client.get("/docs")
    assert page.status_code == 200
    assert "'unsafe-inline'" not in page.headers["Content-Security-Policy"].split("style-src")[0]
    assert not re.search(r"https?://", page.text)
    assert not re.search(r"<script>|onload=", page.text)
    for address in re.findall(r'(?:src|href)="([^"]+)"', page.text):
        with client.get(address) as answer:
            assert answer.status_code == 200, address


def test_the_address_with_a_slash_leads_to_the_page(client):
    answer = client.get("/docs/")
    assert (answer.status_code, answer.headers["Location"]) == (308, "/docs")


@pytest.mark.parametrize("name", sorted(ASSETS))
def test_the_files_of_the_page_are_served_from_here(client, name):
    answer = client.get(f"/docs/static/{name}")
    assert answer.status_code == 200
    assert len(answer.data) > 500
    answer.close()


@pytest.mark.parametrize("name", ["index.html", "..%2f__init__.py", "swagger-ui.js.map", "x"])
def test_no_other_file_is_served(client, name):
    assert client.get(f"/docs/static/{name}").status_code == 404


def test_every_code_is_explained_where_a_problem_points(client):
    page = client.get("/docs/errors").text
    for code in ("not_found", "invalid_cursor", "idempotency_key_reused", "too_long"):
        assert f'<tr id="{code}">' in page
