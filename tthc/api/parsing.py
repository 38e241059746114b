"""From a request to the values its view declared: every location read, every fault told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Request
from marshmallow import Schema, ValidationError, fields
from werkzeug.exceptions import (
    NotFound,
    RequestEntityTooLarge,
    RequestHeaderFieldsTooLarge,
    RequestURITooLarge,
    UnsupportedMediaType,
)

from tthc.api.faults import fault
from tthc.api.schemas.fields import is_plain_text
from tthc.api.strict_json import MalformedJsonError, load_json

MIB = 1024 * 1024
JSON_LIMIT = MIB
LONGEST_QUERY = 4096
LONGEST_PATH_PART = 200
MOST_HEADERS = 64

JSON = "application/json"

View = TypeVar("View", bound=Callable[..., Any])


class WrongMediaTypeError(UnsupportedMediaType):
    """The body is of none of the media types that the route takes."""

    def __init__(self, *wanted: str) -> None:
        super().__init__()
        self.wanted = ", ".join(wanted)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One part of the request that a view wants, and the schema it must fit."""

    schema: Schema
    location: str


class StrictParser:
    """What ``Blueprint.arguments`` uses: it only notes what a view wants.

    The blueprint reads it all at once, so that faults of body and query are told together
    and nothing is parsed for somebody who may not ask.
    """

    DEFAULT_VALIDATION_STATUS = 422

    def use_args(self, schema: Schema, *, location: str, **_rest: Any) -> Callable[[View], View]:
        """Note on the view that it wants ``schema`` from ``location``."""

        def note(view: View) -> View:
            below = getattr(view, "wanted", ())
            view.wanted = (Wanted(schema, location), *below)  # type: ignore[attr-defined]
            return view

        return note


def check_size(request: Request, *, limit: int) -> None:
    """Refuse a request that is too large in any part, and read its body within ``limit``.

    Reading happens here, before anything is opened for the request, so that a slow sender
    holds no database connection.
    """
    if len(request.query_string) > LONGEST_QUERY:
        raise RequestURITooLarge
    if len(request.headers) > MOST_HEADERS:
        raise RequestHeaderFieldsTooLarge
    request.max_content_length = limit + 1  # one more, or a chunked body is cut off unseen
    has_body = request.method in {"POST", "PUT", "PATCH", "DELETE"}
    if has_body and len(request.get_data()) > limit:
        raise RequestEntityTooLarge


def check_path(path: Mapping[str, Any]) -> None:
    """Refuse a path part that names nothing: control characters, or far too long."""
    for part in path.values():
        text = str(part)
        if len(text) > LONGEST_PATH_PART or not is_plain_text(text) or "\ufffd" in text:
            raise NotFound


def parse(request: Request, wanted: Sequence[Wanted]) -> list[Any]:
    """Return what each of ``wanted`` loads, in order.

    A query argument that no schema names is refused, also where a view wants no query.

    Raises:
        ValidationError: with the faults of all locations together.
        MalformedJsonError, WrongMediaTypeError: the body cannot be read at all.
    """
    loaded: list[Any] = []
    faults: dict[str, Any] = {}
    if "query" not in {part.location for part in wanted}:
        faults = {name: [fault("unknown_field")] for name in request.args}
    for part in wanted:
        try:
            loaded.append(part.schema.load(_raw(request, part)))
        except ValidationError as error:
            faults |= error.messages_dict
    if faults:
        raise ValidationError(faults)
    return loaded


def _raw(request: Request, part: Wanted) -> Any:
    if part.location == "query":
        return _query(request, part.schema)
    if part.location == "files":
        return request.files.to_dict()
    if part.location == "form":
        return request.form.to_dict()
    return json_body(request)


def _query(request: Request, schema: Schema) -> dict[str, Any]:
    lists = {
        field.data_key or name
        for name, field in schema.load_fields.items()
        if isinstance(field, fields.List)
    }
    repeated = {
        name: [fault("repeated")]
        for name, values in request.args.lists()
        if len(values) > 1 and name not in lists
    }
    if repeated:
        raise ValidationError(repeated)
    return {name: values if name in lists else values[0] for name, values in request.args.lists()}


def json_body(request: Request) -> dict[str, Any]:
    """Return the JSON object of the body; an empty body is an empty object.

    Raises:
        WrongMediaTypeError: the Content-Type is not JSON in UTF-8.
        MalformedJsonError: not JSON, or not an object.
    """
    body = request.get_data()
    if not body:
        return {}
    charset = request.mimetype_params.get("charset", "utf-8")
    if request.mimetype != JSON or charset.lower() != "utf-8":
        raise WrongMediaTypeError(JSON)
    value = load_json(body)
    if not isinstance(value, dict):
        raise MalformedJsonError(
            "Nội dung phải là một đối tượng JSON.", "the body must be a JSON object"
        )
    return value
