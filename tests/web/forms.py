"""Sending the forms of the desk as a browser would."""

from __future__ import annotations

from tests.web.html import check_readable


def act(browser, code, action, **fields):
    page = browser.page(f"/desk/dossiers/{code}/actions/{action}")
    check_readable(page)
    seen = {name: page.value(name) for name in ("_version", "_key")}
    return browser.send(f"/desk/dossiers/{code}/actions/{action}", seen | fields)
