"""Hangs the pages into the application."""

from __future__ import annotations

from flask import Flask
from jinja2 import StrictUndefined

from tthc.web import (
    assets,
    board,
    catalogue,
    desk,
    dossiers,
    lodging,
    look_up,
    printing,
    sign_in,
    slip,
)
from tthc.web.pages import Pages
from tthc.web.rendering import FILTERS

PAGES: tuple[Pages, ...] = (
    *(sign_in.pages, desk.pages, lodging.pages, dossiers.pages, board.pages),
    *(slip.pages, look_up.pages, catalogue.pages, printing.pages),
)
"""Every page; each of its routes has a policy, which a test demands."""


def register_pages(app: Flask) -> None:
    """Serve the pages and what belongs to them. A value a template lacks is an error."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.register_blueprint(assets.bp)
    for pages in PAGES:
        app.register_blueprint(pages)
