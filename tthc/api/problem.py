"""The one shape of every error: application/problem+json.

Source: RFC 9457.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from http import HTTPStatus

from flask import Response

from tthc.serving.problem import TITLES, Problem
from tthc.serving.trace import request_id

PROBLEM_TYPE = "application/problem+json"


def respond(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """Return the response that tells ``problem``."""
    try:
        title_en = HTTPStatus(problem.status).phrase
    except ValueError:
        title_en = "Error"
    body = {
        "type": f"/docs/errors#{problem.code}",
        "title": TITLES.get(problem.status, title_en),
        "title_en": title_en,
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
        "detail_en": problem.detail_en,
        "errors": [asdict(told) for told in problem.errors],
        "facts": dict(problem.facts),
        "request_id": request_id(),
    }
    text = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    return Response(text, problem.status, dict(headers or {}), content_type=PROBLEM_TYPE)
