"""Idempotency-Key over HTTP: the same request has one effect and one answer."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from typing import ClassVar

from flask import Request, Response

from tthc.api.parsing import json_body
from tthc.domain.errors import TthcError
from tthc.domain.idempotency import KeyOwner
from tthc.services.idempotency import KeptAnswer, keep_answer, recall_answer
from tthc.serving.context import Call
from tthc.serving.trace import route_template

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEPT_HEADERS = ("Content-Type", "Location", "ETag")

_KEY = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)


class KeyMalformedError(TthcError):
    """The Idempotency-Key is not 1 to 255 visible ASCII characters."""

    code: ClassVar[str] = "malformed_idempotency_key"


def answer_once(call: Call, request: Request, answer: Callable[[], Response]) -> Response:
    """Return ``answer()``, or the answer already given to this request under its key.

    Without the header the request is answered as it comes. The key, the effect and the answer
    commit together; a refusal is an exception and keeps nothing.

    Raises:
        KeyMalformedError: the header is not a key.
        KeyInFlightError, KeyReusedError: as the service says.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return answer()
    if not _KEY.fullmatch(key):
        raise KeyMalformedError(
            "Idempotency-Key phải gồm 1–255 ký tự ASCII nhìn thấy được.",
            "an Idempotency-Key has 1 to 255 visible ASCII characters",
            field=HEADER,
        )
    owner = KeyOwner(call.account.user_id, request.method, route_template(), key)
    mark = fingerprint(request)
    kept = recall_answer(call.session, owner, mark)
    if kept is not None:
        return _replay(kept)
    response = answer()
    keep_answer(call.session, owner, mark, _kept(response), now=call.now)
    return response


def fingerprint(request: Request) -> bytes:
    """Return what tells one request from another: address, If-Match, and the body's meaning.

    Spaces and the order of keys in a JSON body do not count, nor the boundary of a form.
    """
    address = request.full_path.encode("utf-8", "replace")
    parts = (address, request.headers.get("If-Match", "").encode(), *_body_parts(request))
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part).digest())
    return digest.digest()


def _body_parts(request: Request) -> list[bytes]:
    body = request.get_data()
    if body and request.mimetype == "application/json":
        return [json.dumps(json_body(request), sort_keys=True).encode()]
    if request.mimetype != "multipart/form-data":
        return [body]
    parts = [json.dumps(sorted(request.form.items(multi=True))).encode()]
    for name, file in sorted(request.files.items(multi=True), key=lambda item: item[0]):
        parts += [json.dumps([name, file.filename]).encode(), file.read()]
        file.seek(0)
    return parts


def _kept(response: Response) -> KeptAnswer:
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    return KeptAnswer(response.status_code, headers, response.get_data())


def _replay(kept: KeptAnswer) -> Response:
    response = Response(kept.body, kept.status, dict(kept.headers))
    response.headers[REPLAYED] = "true"
    return response
