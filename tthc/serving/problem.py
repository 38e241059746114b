"""What is told of an error, whichever door it came through.

Texts are Vietnamese with English beside; ``code`` is stable.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tthc.serving.faults import Fault, fault

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
