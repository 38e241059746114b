"""From a form to what the API would have been sent, and from refusals to its fields.

A form's fields have the names of the API's, so one schema reads both and a refusal finds its
field: ``applicant.name``, ``fees.0.amount``.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Request, Response
from werkzeug.datastructures import MultiDict

from tthc.domain.idempotency import KeyOwner
from tthc.services.idempotency import KeptAnswer, keep_answer, recall_answer
from tthc.serving.context import Call
from tthc.serving.errors import tell
from tthc.serving.problem import FieldFault
from tthc.web.visitors import TOKEN_FIELD

KEY_FIELD = "_key"
LONGEST_KEY = 64
LONGEST_VERSION = 9


@dataclass(frozen=True, slots=True)
class Faults:
    """What was wrong with a form: by field, and as a whole where no field of it is to blame."""

    status: int = 200
    by_field: Mapping[str, FieldFault] = field(default_factory=dict)
    whole: tuple[FieldFault, ...] = ()
    retry_after: int | None = None

    def __bool__(self) -> bool:
        """Say whether there was any."""
        return bool(self.by_field or self.whole)


def faults_of(error: Exception, shown: frozenset[str] | None = None) -> Faults:
    """Return what ``error`` says of a form; without ``shown`` every field named is one of it."""
    told = tell(error)
    problem = told.problem
    named = list(problem.errors)
    of_fields = {f.field: f for f in named if shown is None or f.field in shown}
    rest = tuple(f for f in named if f.field not in of_fields)
    if not named:
        rest = (FieldFault("", problem.code, problem.detail, problem.detail_en),)
    wait = told.headers.get("Retry-After")
    return Faults(problem.status, of_fields, rest, int(wait) if wait else None)


def plain(form: MultiDict[str, str]) -> dict[str, str]:
    """Return the fields of a form that say something; those of the machinery begin with ``_``."""
    return {
        name: value for name, value in form.items() if value.strip() and not name.startswith("_")
    }


def nest(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields with dotted names as objects in objects: ``applicant.name``."""
    nested: dict[str, Any] = {}
    for name, value in flat.items():
        *above, last = name.split(".")
        place = nested
        for part in above:
            below = place.setdefault(part, {})
            place = below if isinstance(below, dict) else {}
        place[last] = value
    return nested


def lines_of(text: str) -> list[str]:
    """Return the lines of a text that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def whole_number(text: str) -> int | str:
    """Return the number that a person typed, dots between thousands or not; else the text."""
    digits = text.replace(".", "").replace(" ", "")
    is_number = digits.isascii() and digits.isdecimal() and len(digits) <= 18  # noqa: PLR2004
    return int(digits) if is_number else text


def new_key() -> str:
    """Return a key under which a form can be saved once."""
    return secrets.token_urlsafe(18)


def key_of(request: Request) -> str:
    """Return the key of a form; one without a key is saved as often as it is sent."""
    return request.form.get(KEY_FIELD, "")[:LONGEST_KEY] or new_key()


def read_version(text: str) -> int:
    """Return the version a form was made on; one that no form of ours carries matches none."""
    is_version = text.isascii() and text.isdecimal() and len(text) <= LONGEST_VERSION
    return int(text) if is_version else 0


def save_once(call: Call, request: Request, save: Callable[[], Response]) -> Response:
    """Return what ``save`` answers, or what it answered when this very form came before.

    What ``save`` wrote before it refused is undone, so that the form can be shown again in the
    same transaction.

    Raises:
        KeyReusedError: the form was saved already, with other content.
        KeyInFlightError: it is being saved right now.
    """
    route = request.url_rule.rule if request.url_rule else ""
    owner = KeyOwner(call.account.user_id, "POST", route, key_of(request))
    mark = _fingerprint(request)
    with call.session.begin_nested():
        kept = recall_answer(call.session, owner, mark)
        if kept is not None:
            return Response(kept.body, kept.status, dict(kept.headers))
        response = save()
        headers = {"Location": response.headers["Location"]}
        answer = KeptAnswer(response.status_code, headers, b"")
        keep_answer(call.session, owner, mark, answer, now=call.now)
        return response


def _fingerprint(request: Request) -> bytes:
    fields = sorted((n, v) for n, v in request.form.items(multi=True) if n != TOKEN_FIELD)
    return hashlib.sha256(json.dumps([request.path, fields]).encode()).digest()
