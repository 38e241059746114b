"""A resource without meaning, to try what every resource gets from the blueprint."""

from typing import Any

from flask import request
from marshmallow import fields, validates_schema
from sqlalchemy import text

from tthc.api.blueprint import Answer, Blueprint, created, tagged
from tthc.api.paging import page_of, read_paging
from tthc.domain.accounts import Permission, Role
from tthc.domain.dossier import Channel
from tthc.domain.errors import ConflictError
from tthc.serving.context import Call
from tthc.serving.faults import invalid
from tthc.serving.policy import Access
from tthc.serving.schemas.base import BaseSchema
from tthc.serving.schemas.fields import (
    Boolean,
    Choice,
    Day,
    Instant,
    Integer,
    QueryBoolean,
    QueryChoice,
    QueryInteger,
    String,
)
from tthc.serving.schemas.nesting import ListOf, Nested, PageQuery, page_schema


class PartSchema(BaseSchema):
    code = String(most=10, required=True)
    count = Integer(most=99)


class ThingSchema(BaseSchema):
    name = String(most=20, required=True)
    note = String(most=2000, lines=True, allow_none=True)
    size = Integer()
    is_big = Boolean()
    at = Instant()
    day = Day()
    role = Choice(Role)
    channel = Choice(Channel)
    parts = ListOf(Nested(PartSchema()), most=3)
    owner = Nested(PartSchema())

    @validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("name") == "forbidden":
            raise invalid("name_forbidden", "Tên bị cấm.", "that name is forbidden", field="name")


class ThingQuery(PageQuery):
    role = QueryChoice(Role)
    channel = QueryChoice(Channel)
    is_big = QueryBoolean()
    since = Day()


class WayQuery(BaseSchema):
    way = QueryInteger(least=1, most=2)


class RowSchema(BaseSchema):
    id = fields.Integer()


class EchoSchema(ThingSchema):
    number = fields.Integer()


THING, ECHO = ThingSchema(), EchoSchema()
LAST = 45

bp = Blueprint("things", __name__, url_prefix="/api/v1/things", description="Things")
seen: list[str] = []


@bp.post("", allow=Permission.DOSSIER_RECEIVE, idempotent=True)
@bp.response(201, ECHO)
@bp.arguments(THING)
def make(call: Call, thing: dict[str, Any]) -> Answer:
    """Make a thing."""
    seen.append(thing["name"])
    if thing["name"] == "taken":
        raise ConflictError("Đã có.", "it is there already")
    return created(thing | {"number": len(seen)}, f"/api/v1/things/{len(seen)}", 1)


@bp.post("/<code>/moves", allow=Permission.DOSSIER_ACT, idempotent=True, if_match=True)
@bp.response(200, ECHO)
@bp.arguments(WayQuery(), location="query")
@bp.arguments(THING)
def move(call: Call, way: dict[str, Any], thing: dict[str, Any], code: str) -> Answer:
    """Move a thing."""
    return tagged(thing | {"number": call.version + way.get("way", 0)}, call.version + 1)


@bp.get("", allow=Permission.DOSSIER_READ)
@bp.response(200, page_schema(RowSchema()))
@bp.arguments(ThingQuery(), location="query")
def index(call: Call, arguments: dict[str, Any]) -> Answer:
    """List things, newest first."""
    paging = read_paging(request, arguments)
    first = (paging.before_id or LAST + 1) - 1
    rows = [{"id": number} for number in range(first, 0, -1)][: paging.fetch]
    return page_of(rows, paging, key=lambda row: (row["id"],))


@bp.get("/mine", allow=Access.SIGNED_IN)
@bp.response(200)
def mine(call: Call) -> Answer:
    """Say who asks."""
    return {"username": call.actor.username, "units": sorted(call.actor.scope.units)}


@bp.get("/units", allow=Permission.DOSSIER_RECEIVE)
@bp.response(200)
def units(call: Call) -> Answer:
    """Say where the caller may receive."""
    scope = call.actor.scope
    return {"units": sorted(scope.units), "only": scope.only_unit, "all": scope.everything}


@bp.get("/broken/<code>", allow=Access.SIGNED_IN)
@bp.response(200)
def broken(call: Call, code: str) -> Answer:
    """Break in the way the path names."""
    call.session.execute(text(WAYS[code]))
    return {}


WAYS = {
    "syntax": "SELEKT 'Nguyễn Thị Bí Mật'",
    "timeout": "SET LOCAL statement_timeout = 20; SELECT pg_sleep(2)",
    "range": "SELECT 99999999999::int",
    "killed": "SELECT pg_terminate_backend(pg_backend_pid())",
    "user": (
        "INSERT INTO users (username, display_name, password_hash, is_active, created_at)"
        " SELECT username, '', '', true, now() FROM users"
    ),
    "unnamed": "INSERT INTO role_grants (user_id, role, granted_at) VALUES (-1, 'manager', now())",
}
