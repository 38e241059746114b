"""A seeded fault: the application, publishing to the queue within each request that writes."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from redis import Redis

from wsgi import app as product

client = Redis(unix_socket_path=os.environ["REDIS_URL"].removeprefix("unix://").partition("?")[0])


def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    answer = product(environ, start_response)
    if environ["REQUEST_METHOD"] == "POST":
        client.publish("dossiers", b"written")
    return answer
