"""Exceptions to problems: the only table of status codes in the project."""

from __future__ import annotations

import traceback
from collections.abc import Iterable

import structlog
from flask import Flask, Response, request
from marshmallow import ValidationError
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from tthc.api.faults import fault
from tthc.api.parsing import WrongMediaTypeError
from tthc.api.problem import FieldFault, Problem, field_faults, respond
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


def register_errors(app: Flask) -> None:
    """Attach the handlers; what none of them knows is a bug and tells the caller nothing."""
    app.register_error_handler(TthcError, refused)
    app.register_error_handler(ValidationError, invalid_input)
    app.register_error_handler(StaleDataError, stale)
    app.register_error_handler(IntegrityError, broken_constraint)
    app.register_error_handler(DataError, unfit_data)
    app.register_error_handler(DBAPIError, database_failed)
    app.register_error_handler(PoolTimeoutError, no_connection)
    app.register_error_handler(WrongMediaTypeError, wrong_media_type)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, bug)


def status_of(error: TthcError) -> int:
    """Return the HTTP status of a refusal; 400 for a family nobody gave one."""
    return next((status for family, status in STATUS if isinstance(error, family)), 400)


def refused(error: TthcError) -> Response:
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
    return respond(problem, headers)


def invalid_input(error: ValidationError) -> Response:
    """Answer fields that do not fit, all of them at once."""
    return respond(
        Problem(
            422,
            "invalid_input",
            "Dữ liệu gửi lên không hợp lệ.",
            "the request does not fit its schema",
            field_faults(error.messages),
        )
    )


def stale(_error: StaleDataError) -> Response:
    """Answer a change that somebody else overtook between reading and writing."""
    return respond(
        Problem(
            412,
            "stale_version",
            "Dữ liệu vừa được người khác cập nhật; hãy tải lại.",
            "somebody else changed it just now; read it again",
        )
    )


def broken_constraint(error: IntegrityError) -> Response:
    """Answer a broken constraint as the conflict it means; an unknown one is a bug."""
    conflict = as_conflict(error)
    return bug(error) if conflict is None else refused(conflict)


def unfit_data(error: DataError) -> Response:
    """Answer a value that PostgreSQL would not take and no schema refused."""
    log.warning("unfit_data", sqlstate=_sqlstate(error))
    told = fault("invalid")
    return respond(Problem(422, "invalid_input", told.vi, str(told)))


def database_failed(error: DBAPIError) -> Response:
    """Answer a lost connection or a statement given up; anything else is a bug."""
    state = _sqlstate(error)
    if state in TRY_AGAIN or state == STATEMENT_CANCELLED:
        log.warning("database_busy", sqlstate=state)
        return _unavailable("database_busy", "Hệ thống đang bận; hãy thử lại.", "try again soon")
    if error.connection_invalidated or state is None or state.startswith(("08", "57P")):
        log.error("database_unavailable", sqlstate=state, kind=type(error.orig).__name__)
        return _no_database()
    return bug(error)


def no_connection(_error: PoolTimeoutError) -> Response:
    """Answer when no connection became free in time."""
    log.error("database_pool_exhausted")
    return _no_database()


def _no_database() -> Response:
    return _unavailable(
        "database_unavailable",
        "Cơ sở dữ liệu tạm thời không truy cập được; hãy thử lại.",
        "the database cannot be reached; try again soon",
    )


def _unavailable(code: str, vi: str, en: str) -> Response:
    return respond(Problem(503, code, vi, en), {"Retry-After": str(SECONDS_TO_WAIT)})


def _sqlstate(error: DBAPIError) -> str | None:
    return getattr(error.orig, "sqlstate", None)


def http_error(error: HTTPException) -> Response:
    """Answer what the framework refused, keeping the headers it set, such as Allow."""
    given = error.get_response()
    if given.status_code < 400:  # noqa: PLR2004 - a redirect is no problem
        return Response(given.get_data(), given.status_code, list(given.headers))
    headers = {
        name: value
        for name, value in given.headers.items()
        if name not in {"Content-Type", "Content-Length"}
    }
    code, vi, en = HTTP_TEXTS.get(given.status_code, ("http_error", error.name, error.name))
    return respond(Problem(given.status_code, code, vi, en), headers)


def wrong_media_type(error: WrongMediaTypeError) -> Response:
    """Answer a body of another media type than the route takes, naming what it takes."""
    code, _, _ = HTTP_TEXTS[415]
    return respond(
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


def bug(error: Exception) -> Response:
    """Answer what nobody foresaw: 500, the request id and nothing else.

    The log gets the kind and the place of the error but not its message, which may quote
    personal data.
    """
    where = traceback.format_tb(error.__traceback__)
    log.error("internal_error", kind=type(error).__name__, where=where, method=request.method)
    return respond(
        Problem(
            500,
            "internal_error",
            "Lỗi hệ thống; hãy báo mã request_id cho quản trị viên.",
            "an internal error; tell the administrator the request_id",
        )
    )
