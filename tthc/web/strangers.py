"""Pages for whoever is not signed in: their forms are bound to the browser's visit."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from tthc.web.rendering import render
from tthc.web.visitors import Visitor, begin_visit, new_visit, visitor_of


def answer_stranger(template: str, status: int = 200, **values: Any) -> Response:
    """Return a page; a browser that comes for the first time is given what its forms need."""
    visitor = visitor_of(request)
    visit = visitor.visit or new_visit()
    bound = Visitor(visitor.texts, visitor.session_token, visit)
    page = render(template, None, token=bound.form_token, **values)
    response = Response(page, status, mimetype="text/html")
    if visitor.visit is None:
        begin_visit(response, visit)
    return response
