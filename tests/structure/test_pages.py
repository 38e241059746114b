"""Every page says who may open it, brings nothing from outside, and trusts no text."""

import re
from pathlib import Path

import pytest

from tthc.api.app import create_app
from tthc.serving.context import Doors
from tthc.serving.policy import Access, declared_policy
from tthc.web.app import PAGES, register_pages
from tthc.web.assets import ASSETS, FOLDER, asset_address

PUBLIC = {
    ("GET", "/"),
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("POST", "/language"),
    ("GET", "/assets/<digest>/<name>"),
    ("GET", "/desk/<path:rest>"),
    ("GET", "/board/<path:rest>"),
    ("GET", "/thu-tuc"),
    ("GET", "/thu-tuc/<code>"),
    ("GET", "/tra-cuu"),
    ("POST", "/tra-cuu"),
    ("POST", "/tra-cuu/danh-gia"),
}
"""What somebody who is not signed in may open; below ``/desk`` and ``/board`` nothing is there."""

TEMPLATES = sorted((Path(__file__).parents[2] / "tthc" / "web" / "templates").rglob("*.html"))


@pytest.fixture(scope="module")
def app():
    app = create_app(Doors(None, None, "key"))  # type: ignore[arg-type]
    register_pages(app)
    return app


def rules(app):
    names = {pages.name for pages in PAGES} | {"assets"}
    for rule in app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] in names:
            yield rule


def test_every_page_declares_its_policy(app):
    declared = {
        rule.rule: declared_policy(app.view_functions[rule.endpoint]) for rule in rules(app)
    }
    assert declared
    assert None not in declared.values(), declared


def test_what_is_public_is_listed_here(app):
    public = {
        (method, rule.rule)
        for rule in rules(app)
        for method in rule.methods & {"GET", "POST"}
        if declared_policy(app.view_functions[rule.endpoint]) is Access.PUBLIC
    }
    assert public == PUBLIC


def test_pages_only_look_or_are_sent_a_form(app):
    for rule in rules(app):
        assert rule.methods <= {"GET", "HEAD", "OPTIONS", "POST"}, rule
        assert not {"GET", "POST"} <= rule.methods, rule


@pytest.mark.parametrize("address", ["/sign-in", "/desk/nowhere/at/all"])
def test_no_page_lets_a_script_or_a_style_in(app, address):
    answer = app.test_client().get(address)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_trusts_no_text_and_brings_nothing_from_outside(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\|\s*safe|autoescape|Markup", text)
    assert not re.search(r"https?://", text)
    assert not re.search(r"\s(style|on[a-z]+|hx-on[^=]*|hx-vals)=", text)


@pytest.mark.parametrize("name", sorted(ASSETS))
def test_a_file_is_served_under_the_address_of_its_content(app, name):
    with app.test_client() as client:
        answer = client.get(asset_address(name))
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.data == (FOLDER / name).read_bytes()
        answer.close()
        assert client.get(f"/assets/{'0' * 16}/{name}").status_code == 404


def test_what_comes_from_elsewhere_names_its_version_and_licence():
    notice = (FOLDER / "htmx.LICENSE.txt").read_text(encoding="utf-8")
    version = re.search(r"htmx (\d+\.\d+\.\d+)", notice)
    assert version
    assert version[1] in (FOLDER / "htmx.min.js").read_text(encoding="utf-8")
    assert "Zero-Clause BSD" in notice


def test_a_first_view_is_small(app):
    page = app.test_client().get("/sign-in")
    size = len(page.data) + sum((FOLDER / name).stat().st_size for name in ASSETS)
    assert size < 150_000
