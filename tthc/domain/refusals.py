"""Why a row of another system's file is not taken over, in both languages.

Reasons name columns and lines, never what a cell holds: a shifted row may hold a person's name
anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

REASONS: dict[str, tuple[str, str]] = {
    "row_malformed": (
        "Số ô của dòng khác số cột của tiêu đề.",
        "the row has not as many cells as the header",
    ),
    "key_malformed": (
        "Cột “{column}” trống, dài quá 80 ký tự hoặc có ký tự điều khiển.",
        "column {column} is empty, longer than 80 characters or holds control characters",
    ),
    "duplicate_key_differs": (
        "Dòng {other} có cùng khóa nhưng nội dung khác; không dòng nào được nhập.",
        "line {other} has the same key and other content; neither is imported",
    ),
    "case_columns_differ": (
        "Dòng {other} của cùng hồ sơ cho thông tin khác về hồ sơ.",
        "line {other} of the same case tells other things of the case",
    ),
    "changed_since_import": (
        "Hồ sơ đã được nhập trước đây với nội dung khác.",
        "the dossier was imported before with other content",
    ),
    "time_missing": ("Cột “{column}” trống.", "column {column} is empty"),
    "time_malformed": (
        "Cột “{column}” không phải thời điểm có thật theo định dạng của ánh xạ.",
        "column {column} is no real time in the format of the mapping",
    ),
    "received_in_future": (
        "Thời điểm tiếp nhận ở tương lai.",
        "the moment of receipt lies in the future",
    ),
    "finished_in_future": (
        "Thời điểm kết thúc hoặc trả kết quả ở tương lai.",
        "the end or the return lies in the future",
    ),
    "finished_before_received": (
        "Hồ sơ kết thúc trước khi được tiếp nhận.",
        "the dossier ends before it was received",
    ),
    "due_before_received": (
        "Ngày hẹn trả trước thời điểm tiếp nhận.",
        "the due date lies before the receipt",
    ),
    "returned_before_finished": (
        "Kết quả được trả trước khi có kết quả.",
        "the result was returned before it existed",
    ),
    "unknown_status": (
        "Giá trị của cột “{column}” không có trong [status] của ánh xạ.",
        "the value of column {column} is not listed under [status] of the mapping",
    ),
    "status_without_finish": (
        "Trạng thái cho biết hồ sơ đã kết thúc nhưng không có thời điểm kết thúc.",
        "the status says that the dossier ended, but there is no moment of its end",
    ),
    "return_contradicts_status": (
        "Có thời điểm trả kết quả nhưng trạng thái không phải đã trả kết quả.",
        "there is a moment of return, but the status is not returned",
    ),
    "unknown_channel": (
        "Giá trị của cột “{column}” không có trong [channel] của ánh xạ.",
        "the value of column {column} is not listed under [channel] of the mapping",
    ),
    "unit_unknown": (
        "Không xác định được đơn vị của hồ sơ trong phạm vi của người nhập.",
        "the dossier's unit is not known, or not within the importer's scope",
    ),
    "unit_malformed": (
        "Không thể tạo đơn vị từ cột “{column}”: mã quá dài hoặc trùng đơn vị khác.",
        "no unit can be made from column {column}: too long, or its code is another unit's",
    ),
    "procedure_unknown": (
        "Thủ tục không có trong danh mục, hoặc tên ứng với nhiều thủ tục.",
        "the procedure is not in the catalogue, or its name means several",
    ),
    "officer_malformed": (
        "Cột “{column}” dài quá 80 ký tự hoặc có ký tự điều khiển.",
        "column {column} is longer than 80 characters or holds control characters",
    ),
    "code_malformed": (
        "Cột “{column}” không đúng dạng mã hồ sơ {{mã cơ quan}}-{{yyMMdd}}-{{số thứ tự}}.",
        "column {column} is no dossier code {{agency}}-{{yyMMdd}}-{{sequence}}",
    ),
    "code_taken": (
        "Mã hồ sơ đã thuộc về một hồ sơ khác.",
        "the dossier code belongs to another dossier",
    ),
}
"""Every code a row may be refused with, and what it says in Vietnamese and English."""

WARNINGS = (
    *("channel_missing", "unit_unassigned", "due_missing", "due_not_kept"),
    *("stop_start_unknown", "repeated_rows", "code_date_differs"),
)
"""What an accepted dossier may lack or contradict; counted, never guessed."""


class RowRefusedError(Exception):
    """A row cannot become a dossier; ``code`` is one of REASONS."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was refused: where it stands and why."""

    line: int
    key: str | None
    code: str
    message: str
    message_en: str


def refusal(line: int, key: str | None, error: RowRefusedError) -> Refusal:
    """Return what is told of a refused row."""
    vi, en = REASONS[error.code]
    return Refusal(line, key, error.code, vi.format(**error.facts), en.format(**error.facts))
