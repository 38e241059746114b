"""What can be wrong with one field of a request, in two languages, by stable code."""

from __future__ import annotations

from marshmallow import ValidationError

FAULTS: dict[str, tuple[str, str]] = {
    "required": ("Thiếu trường bắt buộc.", "this field is required"),
    "null": ("Không được để trống (null).", "must not be null"),
    "invalid": ("Giá trị không hợp lệ.", "not a valid value"),
    "unknown_field": ("Trường không được hỗ trợ.", "there is no such field"),
    "not_object": ("Phải là một đối tượng JSON.", "must be a JSON object"),
    "not_list": ("Phải là một danh sách.", "must be a list"),
    "not_text": ("Phải là một chuỗi ký tự.", "must be a string"),
    "too_short": ("Cần ít nhất {limit} ký tự.", "needs at least {limit} characters"),
    "too_long": ("Không được quá {limit} ký tự.", "must not exceed {limit} characters"),
    "too_many": ("Không được quá {limit} phần tử.", "must not exceed {limit} items"),
    "bad_characters": (
        "Có ký tự điều khiển hoặc ký tự không hợp lệ.",
        "holds control characters or characters that are not valid text",
    ),
    "bad_pattern": ("Sai định dạng quy định.", "does not have the required form"),
    "not_integer": ("Phải là số nguyên.", "must be an integer"),
    "out_of_range": ("Phải từ {least} đến {most}.", "must be from {least} to {most}"),
    "number_too_large": ("Số quá lớn.", "the number is too large"),
    "not_boolean": ("Phải là true hoặc false.", "must be true or false"),
    "not_instant": (
        "Phải là thời điểm ISO 8601 có múi giờ, ví dụ 2026-03-02T08:00:00+07:00.",
        "must be an ISO 8601 instant with its offset, such as 2026-03-02T08:00:00+07:00",
    ),
    "not_date": (
        "Phải là ngày YYYY-MM-DD, năm 1900 đến 2999.",
        "must be a day YYYY-MM-DD of the years 1900 to 2999",
    ),
    "not_choice": ("Phải là một trong: {choices}.", "must be one of: {choices}"),
    "repeated": ("Tham số bị lặp lại.", "the argument is repeated"),
    "duplicate_key": ("Khóa bị lặp lại.", "the key is repeated"),
}


class Fault(str):
    """The English message of a fault, which also carries its code and Vietnamese message."""

    __slots__ = ("code", "vi")

    code: str
    vi: str

    @classmethod
    def told(cls, code: str, vi: str, en: str) -> Fault:
        """Return a fault with words of its own."""
        made = cls(en)
        made.code = code
        made.vi = vi
        return made


def fault(code: str, **facts: object) -> Fault:
    """Return the fault ``code`` of FAULTS with its facts filled in."""
    vi, en = FAULTS[code]
    return Fault.told(code, vi.format(**facts), en.format(**facts))


def invalid(code: str, vi: str, en: str, *, field: str) -> ValidationError:
    """Return the error a ``validates_schema`` raises about one field, in its own words."""
    return ValidationError([Fault.told(code, vi, en)], field_name=field)
