"""Every route says who may use it, and what is served is what is described."""

import re

import pytest
from marshmallow import RAISE, Schema
from marshmallow.fields import Field, List, Nested

from tthc.api.app import BLUEPRINTS, create_app
from tthc.domain.accounts import Permission
from tthc.domain.answering import AnswerKind
from tthc.serving.context import Doors
from tthc.serving.policy import Access, declared_policy
from tthc.serving.schemas.base import BaseSchema

UNDESCRIBED = {
    "/openapi.json",
    "/docs",
    "/docs/",
    "/docs/init.js",
    "/docs/static/{name}",
    "/docs/errors",
    "/health/live",
    "/health/ready",
    "/metrics",
}
"""Served for machines and readers, not part of the API."""

PUBLIC = {("POST", "/api/v1/sessions")}
"""The whole API for somebody who is not signed in."""

AUTOMATIC = {"HEAD", "OPTIONS"}


@pytest.fixture(scope="module")
def app():
    return create_app(Doors(None, None, "key"))  # type: ignore[arg-type]


def served(app):
    return {
        (method, re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)): rule.endpoint
        for rule in app.url_map.iter_rules()
        for method in rule.methods - AUTOMATIC
    }


def test_every_route_declares_its_policy(app):
    undeclared = {
        rule
        for rule, endpoint in served(app).items()
        if declared_policy(app.view_functions[endpoint]) is None
    }
    assert not undeclared


def test_what_is_public_is_listed_here(app):
    public = {
        rule
        for rule, endpoint in served(app).items()
        if declared_policy(app.view_functions[endpoint]) is Access.PUBLIC
    }
    assert public == PUBLIC | {("GET", path) for path in UNDESCRIBED}


def test_what_is_served_is_what_is_described(app):
    spec = app.test_client().get("/openapi.json").json
    described = {
        (method.upper(), path)
        for path, item in spec["paths"].items()
        for method in item
        if method in {"get", "post", "put", "patch", "delete"}
    }
    assert described == {rule for rule in served(app) if rule[1] not in UNDESCRIBED}
    assert all(path.startswith("/api/v1/") for _, path in described)


def test_the_described_policy_is_the_enforced_one(app):
    spec = app.test_client().get("/openapi.json").json
    for (method, path), endpoint in served(app).items():
        if path not in UNDESCRIBED:
            enforced = declared_policy(app.view_functions[endpoint])
            assert spec["paths"][path][method.lower()]["x-policy"] == enforced.value


def test_every_route_is_under_a_policy_that_exists(app):
    known = {*Permission, *Access}
    assert {declared_policy(view) for view in app.view_functions.values()} <= known


def test_every_mutation_of_something_there_demands_if_match(app):
    spec = app.test_client().get("/openapi.json").json
    exempt = {"/api/v1/sessions/current", "/api/v1/contact-points/{channel}"}
    for path, item in spec["paths"].items():
        for method in item.keys() & {"put", "patch", "delete"}:
            names = {p["name"] for p in item[method].get("parameters", [])}
            assert "If-Match" in names or path in exempt, (method, path)


def test_every_action_on_something_there_demands_if_match(app):
    spec = app.test_client().get("/openapi.json").json
    only_adds = {f"/api/v1/alerts/{{alert_id}}/actions/{kind}" for kind in AnswerKind}
    only_once = {"/api/v1/absences/{absence_id}/actions/cancel"}
    only_adds |= {f"/api/v1/webhooks/{{webhook_id}}/actions/{step}" for step in ("ping", "resend")}
    for path, item in spec["paths"].items():
        if "post" in item and "{" in path and path not in only_adds | only_once:
            names = {p["name"] for p in item["post"]["parameters"]}
            assert "If-Match" in names, path


def test_every_creating_post_takes_an_idempotency_key(app):
    spec = app.test_client().get("/openapi.json").json
    exempt = {"/api/v1/sessions"}
    for path, item in spec["paths"].items():
        if "post" in item and path not in exempt:
            names = {p["name"] for p in item["post"].get("parameters", [])}
            assert "Idempotency-Key" in names, path


def schemas_below(schema):
    yield schema
    for field in schema.fields.values():
        yield from below(field)


def below(field: Field):
    if isinstance(field, Nested):
        yield from schemas_below(field.schema)
    if isinstance(field, List):
        yield from below(field.inner)


def test_every_schema_that_reads_refuses_unknown_fields_on_every_level(app):
    tops = {
        part.schema for view in app.view_functions.values() for part in getattr(view, "wanted", ())
    }
    assert tops
    for top in tops:
        for schema in schemas_below(top):
            assert isinstance(schema, BaseSchema), schema
            assert schema.unknown == RAISE, schema


def test_every_schema_is_given_as_an_instance(app):
    for view in app.view_functions.values():
        for part in getattr(view, "wanted", ()):
            assert isinstance(part.schema, Schema)


def test_every_blueprint_has_a_description_and_a_versioned_prefix():
    for blueprint in BLUEPRINTS:
        assert blueprint.url_prefix.startswith("/api/v1/")
        assert blueprint.description
