"""From a request to the values its view declared: every location read, every fault told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Request
from marshmallow import Schema, ValidationError, fields

from tthc.api.strict_json import MalformedJsonError, load_json
from tthc.serving.faults import fault
from tthc.serving.limits import WrongMediaTypeError

JSON = "application/json"

View = TypeVar("View", bound=Callable[..., Any])


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
