"""The one shape of every error: application/problem+json.

Source: RFC 9457. Texts are Vietnamese with English beside; ``code`` is stable.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from typing import Any

from flask import Response

from tthc.api.faults import Fault, fault
from tthc.api.trace import request_id

PROBLEM_TYPE = "application/problem+json"
LONGEST_NAME = 100
MOST_FAULTS = 100

TITLES: dict[int, str] = {
    400: "Yêu cầu sai cú pháp",
    401: "Chưa đăng nhập",
    403: "Không có quyền",
    404: "Không tìm thấy",
    405: "Phương thức không được hỗ trợ",
    409: "Xung đột với trạng thái hiện tại",
    412: "Dữ liệu đã thay đổi",
    413: "Dữ liệu quá lớn",
    414: "Địa chỉ quá dài",
    415: "Kiểu dữ liệu không được hỗ trợ",
    422: "Dữ liệu không hợp lệ",
    428: "Thiếu điều kiện If-Match",
    429: "Quá nhiều yêu cầu",
    431: "Tiêu đề quá lớn",
    500: "Lỗi hệ thống",
    503: "Tạm thời không phục vụ được",
}


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with one field; nested fields are joined by dots, ``papers.0.code``."""

    field: str
    code: str
    message: str
    message_en: str


@dataclass(frozen=True, slots=True)
class Problem:
    """An error to be told to a caller. Holds no personal data.

    ``facts`` name what a program may want of it: the rule, the day, the version.
    """

    status: int
    code: str
    detail: str
    detail_en: str
    errors: Iterable[FieldFault] = ()
    facts: Mapping[str, str] = field(default_factory=dict)


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


def field_faults(messages: Any) -> list[FieldFault]:
    """Flatten marshmallow's messages into at most ``MOST_FAULTS`` faults, in order of name."""
    found: list[FieldFault] = []
    _collect(messages, (), found)
    return found[:MOST_FAULTS]


def _collect(messages: Any, path: tuple[str, ...], found: list[FieldFault]) -> None:
    if isinstance(messages, Mapping):
        for name, below in messages.items():
            _collect(below, path if name == "_schema" else (*path, str(name)), found)
    elif isinstance(messages, list):
        for below in messages:
            _collect(below, path, found)
    else:
        found.append(_told(".".join(path), messages))


def _told(name: str, message: Any) -> FieldFault:
    short = name[:LONGEST_NAME]
    if isinstance(message, Fault):
        return FieldFault(short, message.code, message.vi, str(message))
    return FieldFault(short, "invalid", fault("invalid").vi, str(message))
