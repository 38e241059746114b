"""A seeded fault: the application without Idempotency-Key, and slow to answer once it wrote."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from wsgi import app as product

HELD_SECONDS = 0.1


def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    environ.pop("HTTP_IDEMPOTENCY_KEY", None)
    answer = product(environ, start_response)
    if environ["REQUEST_METHOD"] == "POST":
        time.sleep(HELD_SECONDS)
    return answer
