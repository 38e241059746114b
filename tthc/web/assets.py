"""The few files a page needs besides itself, each under an address that names its content."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, send_from_directory
from werkzeug.exceptions import NotFound

from tthc.serving.policy import Access, declare

FOLDER = Path(__file__).parent / "static"
ASSETS = frozenset({"htmx.min.js", "icon.svg", "pages.js", "pages.css"})
DIGEST_LETTERS = 16
FOR_A_YEAR = "public, max-age=31536000, immutable"

bp = Blueprint("assets", __name__)


@cache
def asset_address(name: str) -> str:
    """Return the address of a file; another content has another address."""
    digest = hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:DIGEST_LETTERS]
    return f"/assets/{digest}/{name}"


@bp.get("/assets/<digest>/<name>")
@declare(Access.PUBLIC)
def asset(digest: str, name: str) -> Response:
    """Serve one file, to be kept by the browser for ever."""
    if name not in ASSETS or asset_address(name) != f"/assets/{digest}/{name}":
        raise NotFound
    response = send_from_directory(str(FOLDER), name)
    response.headers["Cache-Control"] = FOR_A_YEAR
    return response
