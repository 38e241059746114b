"""Signing in and out in a browser, and what guards every form."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.make import MUONG_BI, NOW, PASSWORD, PROVINCE, TAN_LAC
from tests.web.conftest import Browser
from tests.web.html import Document, check_readable
from tthc.api.app import create_app
from tthc.domain.accounts import Role
from tthc.web.app import register_pages


def cookie(browser, name="tthc_session"):
    return browser.client.get_cookie(name)


def test_a_stranger_is_asked_who_it_is(stranger):
    assert stranger.get("/").headers["Location"] == "/sign-in"
    page = stranger.page("/sign-in")
    check_readable(page)
    assert page.one("h1").text == "Đăng nhập"


def test_signing_in_leads_to_the_first_page_of_the_role(signed_in):
    for role, unit, first in (
        (Role.RECEPTION, TAN_LAC, "/desk"),
        (Role.MANAGER, TAN_LAC, "/desk"),
        (Role.PROVINCE_VIEWER, PROVINCE, "/board"),
    ):
        assert signed_in((role, unit)).get("/").headers["Location"] == first


def test_no_script_reads_the_session_and_no_other_site_sends_it(signed_in):
    kept = cookie(signed_in((Role.RECEPTION, TAN_LAC)))
    assert (kept.http_only, kept.same_site, kept.secure, kept.path) == (True, "Strict", False, "/")


def test_in_production_the_cookie_travels_over_tls_only(doors, signed_in):
    signed_in((Role.RECEPTION, TAN_LAC))
    app = create_app(replace(doors, environment="production"))
    register_pages(app)
    browser = Browser(app.test_client())
    browser.get("/sign-in", base_url="https://localhost")
    answer = browser.send(
        "/sign-in", {"username": "user-0", "password": PASSWORD}, base_url="https://localhost"
    )
    assert answer.status_code == 303
    for given in answer.headers.getlist("Set-Cookie"):
        assert given.startswith("__Host-")
        assert "Secure" in given
        assert "HttpOnly" in given


def test_a_wrong_password_keeps_the_name_and_says_so(signed_in, stranger):
    signed_in((Role.RECEPTION, TAN_LAC))
    stranger.get("/sign-in")
    answer = stranger.send("/sign-in", {"username": "user-0", "password": "nope"})
    page = Document(answer.text)
    assert answer.status_code == 401
    check_readable(page)
    assert page.value("username") == "user-0"
    assert page.value("password") == ""
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in page.one("div", role="alert").text


def test_too_many_wrong_passwords_are_429(signed_in, stranger):
    signed_in((Role.RECEPTION, TAN_LAC))
    stranger.get("/sign-in")
    for _ in range(10):
        stranger.send("/sign-in", {"username": "user-0", "password": "nope"})
    answer = stranger.send("/sign-in", {"username": "user-0", "password": PASSWORD})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_an_empty_form_names_its_fields(stranger):
    stranger.get("/sign-in")
    answer = stranger.send("/sign-in", {})
    page = Document(answer.text)
    assert answer.status_code == 422
    assert page.one("input", name="username").get("aria-describedby") == "f-username-fault"
    assert page.one("p", id="f-username-fault").text == "Thiếu trường bắt buộc."


def test_a_lost_session_comes_back_to_the_same_page(signed_in, clock):
    browser = signed_in((Role.RECEPTION, TAN_LAC))
    clock.at = NOW + timedelta(hours=13)
    answer = browser.get("/desk?reminder=overdue")
    assert answer.headers["Location"] == "/sign-in?next=/desk?reminder%3Doverdue"
    page = browser.page(answer.headers["Location"])
    form = page.one("form", action="/sign-in")
    back = next(e for e in page.all("input", name="next") if form in e.parents).get("value")
    fields = {"username": "user-0", "password": PASSWORD, "next": back}
    assert browser.send("/sign-in", fields).headers["Location"] == "/desk?reminder=overdue"


@pytest.mark.parametrize(
    "place", ["//elsewhere.example/desk", "https://elsewhere.example", "/desk//x", "/docs", "desk"]
)
def test_nobody_is_led_elsewhere(signed_in, stranger, place):
    signed_in((Role.RECEPTION, TAN_LAC))
    stranger.get("/sign-in")
    fields = {"username": "user-0", "password": PASSWORD, "next": place}
    assert stranger.send("/sign-in", fields).headers["Location"] == "/desk"


def test_signing_out_ends_the_session(signed_in):
    browser = signed_in((Role.RECEPTION, TAN_LAC))
    browser.page("/desk")
    token = cookie(browser).value
    assert browser.send("/sign-out", {}).headers["Location"] == "/sign-in"
    assert cookie(browser) is None
    browser.client.set_cookie("tthc_session", token)
    assert browser.get("/desk").status_code == 303


@pytest.mark.parametrize(
    "token", ["", "0" * 64, "é"], ids=["no token", "another token", "no token at all"]
)
def test_a_form_without_its_token_changes_nothing(signed_in, token):
    browser = signed_in((Role.RECEPTION, TAN_LAC))
    browser.get("/desk")
    answer = browser.client.post("/sign-out", data={"_token": token})
    page = Document(answer.text)
    assert answer.status_code == 403
    check_readable(page)
    assert browser.get("/desk").status_code == 200


def test_the_token_of_another_session_is_none(signed_in):
    mine, other = signed_in((Role.RECEPTION, TAN_LAC)), signed_in((Role.RECEPTION, MUONG_BI))
    other.get("/desk")
    mine.get("/desk")
    assert mine.token != other.token
    assert mine.client.post("/sign-out", data={"_token": other.token}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_sent_by_another_site_is_refused_even_with_the_token(signed_in, headers):
    browser = signed_in((Role.RECEPTION, TAN_LAC))
    browser.get("/desk")
    assert browser.send("/sign-out", {}, headers=headers).status_code == 403
    ours = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert browser.send("/sign-out", {}, headers=ours).status_code == 303


def test_signing_in_too_needs_a_form_of_ours(app, signed_in):
    signed_in((Role.RECEPTION, TAN_LAC))
    browser = Browser(app.test_client())
    answer = browser.send("/sign-in", {"username": "user-0", "password": PASSWORD})
    assert answer.status_code == 403
    assert cookie(browser) is None


def test_the_language_is_kept_and_the_page_too(signed_in):
    browser = signed_in((Role.RECEPTION, TAN_LAC))
    page = browser.page("/desk?reminder=due")
    assert page.one("html").get("lang") == "vi"
    answer = browser.send("/language", {"lang": "en", "next": "/desk?reminder=due"})
    assert answer.headers["Location"] == "/desk?reminder=due"
    english = browser.page("/desk?reminder=due")
    assert english.one("html").get("lang") == "en"
    assert english.one("h1").text == "One-stop desk"


def test_a_language_that_is_not_spoken_changes_nothing(stranger):
    stranger.get("/sign-in")
    stranger.send("/language", {"lang": "xx", "next": "/desk"})
    assert stranger.page("/sign-in").one("html").get("lang") == "vi"
