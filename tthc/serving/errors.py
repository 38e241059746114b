"""Exceptions to problems: the only table of status codes in the project.

Each door tells a problem in its own way: the API as JSON, the pages as a page.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog
from flask import request
from marshmallow import ValidationError
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from tthc.domain.errors import (
    AuthenticationError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    NotReadyError,
    PreconditionMissingError,
    RuleError,
    StaleError,
    TooManyError,
    TthcError,
)
from tthc.serving.faults import fault
from tthc.serving.limits import WrongMediaTypeError
from tthc.serving.problem import FieldFault, Problem, field_faults
from tthc.storage.conflicts import as_conflict

STATUS: tuple[tuple[type[TthcError], int], ...] = (
    (AuthenticationError, 401),
    (ForbiddenError, 403),
    (NotFoundError, 404),
    (ConflictError, 409),
    (StaleError, 412),
    (RuleError, 422),
    (PreconditionMissingError, 428),
    (TooManyError, 429),
    (NotReadyError, 503),
)

STATEMENT_CANCELLED = "57014"
TRY_AGAIN = frozenset({"55P03", "40P01", "40001", "53300"})
SECONDS_TO_WAIT = 2

log = structlog.get_logger("tthc.api")


@dataclass(frozen=True, slots=True)
class Told:
    """What to tell of an error, and the headers that belong to it."""

    problem: Problem
    headers: Mapping[str, str] = field(default_factory=dict)


def tell(error: Exception) -> Told:
    """Return what to tell of ``error``; what nobody foresaw tells nothing of itself."""
    return next(TELLERS[kind] for kind in type(error).__mro__ if kind in TELLERS)(error)


def status_of(error: TthcError) -> int:
    """Return the HTTP status of a refusal; 400 for a family nobody gave one."""
    return next((status for family, status in STATUS if isinstance(error, family)), 400)


def refused(error: TthcError) -> Told:
    """Answer a refusal of a rule or a service."""
    faults: Iterable[FieldFault] = ()
    if "field" in error.details:
        faults = [FieldFault(error.details["field"], error.code, error.vi, error.en)]
    facts = {name: value for name, value in error.details.items() if name != "field"}
    problem = Problem(status_of(error), error.code, error.vi, error.en, faults, facts)
    headers = {}
    retry_after = getattr(error, "retry_after", None)
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    if isinstance(error, AuthenticationError):
        headers["WWW-Authenticate"] = 'Bearer realm="tthc"'
    return Told(problem, headers)


def invalid_input(error: ValidationError) -> Told:
    """Answer fields that do not fit, all of them at once."""
    return Told(
        Problem(
            422,
            "invalid_input",
            "Dữ liệu gửi lên không hợp lệ.",
            "the request does not fit its schema",
            field_faults(error.messages),
        )
    )


def stale(_error: StaleDataError) -> Told:
    """Answer a change that somebody else overtook between reading and writing."""
    return Told(
        Problem(
            412,
            "stale_version",
            "Dữ liệu vừa được người khác cập nhật; hãy tải lại.",
            "somebody else changed it just now; read it again",
        )
    )


def broken_constraint(error: IntegrityError) -> Told:
    """Answer a broken constraint as the conflict it means; an unknown one is a bug."""
    conflict = as_conflict(error)
    return bug(error) if conflict is None else refused(conflict)


def unfit_data(error: DataError) -> Told:
    """Answer a value that PostgreSQL would not take and no schema refused."""
    log.warning("unfit_data", sqlstate=_sqlstate(error))
    told = fault("invalid")
    return Told(Problem(422, "invalid_input", told.vi, str(told)))


def database_failed(error: DBAPIError) -> Told:
    """Answer a lost connection or a statement given up; anything else is a bug."""
    state = _sqlstate(error)
    if state in TRY_AGAIN or state == STATEMENT_CANCELLED:
        log.warning("database_busy", sqlstate=state)
        return _unavailable("database_busy", "Hệ thống đang bận; hãy thử lại.", "try again soon")
    if error.connection_invalidated or state is None or state.startswith(("08", "57P")):
        log.error("database_unavailable", sqlstate=state, kind=type(error.orig).__name__)
        return _no_database()
    return bug(error)


def no_connection(_error: PoolTimeoutError) -> Told:
    """Answer when no connection became free in time."""
    log.error("database_pool_exhausted")
    return _no_database()


def _no_database() -> Told:
    return _unavailable(
        "database_unavailable",
        "Cơ sở dữ liệu tạm thời không truy cập được; hãy thử lại.",
        "the database cannot be reached; try again soon",
    )


def _unavailable(code: str, vi: str, en: str) -> Told:
    return Told(Problem(503, code, vi, en), {"Retry-After": str(SECONDS_TO_WAIT)})


def _sqlstate(error: DBAPIError) -> str | None:
    return getattr(error.orig, "sqlstate", None)


def http_error(error: HTTPException) -> Told:
    """Answer what the framework refused, keeping the headers it set, such as Allow."""
    given = error.get_response()
    headers = {
        name: value
        for name, value in given.headers.items()
        if name not in {"Content-Type", "Content-Length"}
    }
    code, vi, en = HTTP_TEXTS.get(given.status_code, ("http_error", error.name, error.name))
    return Told(Problem(given.status_code, code, vi, en), headers)


def wrong_media_type(error: WrongMediaTypeError) -> Told:
    """Answer a body of another media type than the route takes, naming what it takes."""
    code, _, _ = HTTP_TEXTS[415]
    return Told(
        Problem(
            415,
            code,
            f"Chỉ nhận Content-Type: {error.wanted} (UTF-8).",
            f"send Content-Type: {error.wanted} in UTF-8",
        )
    )


HTTP_TEXTS: dict[int, tuple[str, str, str]] = {
    400: ("bad_request", "Yêu cầu không hợp lệ.", "the request is malformed"),
    404: ("not_found", "Không tìm thấy.", "there is nothing here"),
    405: ("method_not_allowed", "Phương thức không được hỗ trợ.", "the method is not allowed"),
    406: ("not_acceptable", "Không có dạng dữ liệu phù hợp.", "no acceptable form"),
    408: ("request_timeout", "Quá thời gian chờ yêu cầu.", "the request took too long"),
    411: ("length_required", "Thiếu Content-Length.", "Content-Length is required"),
    413: ("too_large", "Dữ liệu gửi lên quá lớn.", "the request is too large"),
    414: ("uri_too_long", "Địa chỉ quá dài.", "the address is too long"),
    415: (
        "unsupported_media_type",
        "Không nhận Content-Type này.",
        "the route takes another Content-Type",
    ),
    431: ("headers_too_large", "Quá nhiều tiêu đề.", "too many or too large headers"),
    500: ("internal_error", "Lỗi hệ thống.", "an internal error"),
}


def bug(error: Exception) -> Told:
    """Answer what nobody foresaw: 500, the request id and nothing else.

    The log gets the kind and the place of the error but not its message, which may quote
    personal data.
    """
    where = traceback.format_tb(error.__traceback__)
    log.error("internal_error", kind=type(error).__name__, where=where, method=request.method)
    return Told(
        Problem(
            500,
            "internal_error",
            "Lỗi hệ thống; hãy báo mã request_id cho quản trị viên.",
            "an internal error; tell the administrator the request_id",
        )
    )


TELLERS: dict[type, Callable[[Any], Told]] = {
    TthcError: refused,
    ValidationError: invalid_input,
    StaleDataError: stale,
    IntegrityError: broken_constraint,
    DataError: unfit_data,
    DBAPIError: database_failed,
    PoolTimeoutError: no_connection,
    WrongMediaTypeError: wrong_media_type,
    HTTPException: http_error,
    Exception: bug,
}
"""How each family is told; the nearest one counts."""
