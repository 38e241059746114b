"""A due date's derivation in Vietnamese sentences fit for the citizen's slip."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

from tthc.domain.calendar import WorkingCalendar
from tthc.domain.deadlines import Counting, LimitUnit, Step
from tthc.domain.moment import civil_day, local

UNIT_NAMES = {
    LimitUnit.WORKING_HOUR: "giờ làm việc",
    LimitUnit.WORKING_DAY: "ngày làm việc",
    LimitUnit.CALENDAR_DAY: "ngày",
}


def explain(ledger: Iterable[Step]) -> list[str]:
    """Return one sentence for each step of a derivation."""
    return [_SENTENCES[step.kind](step) for step in ledger]


def days_skipped(
    start: datetime, due_at: datetime, calendar: WorkingCalendar
) -> list[tuple[date, str]]:
    """Return each day off after ``start`` up to the due day, with its reason."""
    return calendar.days_off_between(civil_day(start), max(civil_day(start), civil_day(due_at)))


def skipped_sentence(skipped: Sequence[tuple[date, str]]) -> str | None:
    """Return one sentence naming the days that were not counted, None when all were."""
    named = [f"{day:%d/%m} ({why})" for day, why in skipped]
    return f"Không tính: {'; '.join(named)}." if named else None


def clock(moment: datetime) -> str:
    """Return an instant as staff write it: ``14:05 23/11/2026``."""
    return f"{local(moment):%H:%M %d/%m/%Y}"


def _received(step: Step) -> str:
    return f"Tiếp nhận lúc {clock(step.at)}."


def _starts(step: Step) -> str:
    return f"Thời gian giải quyết tính từ {clock(step.at)}; ngày tiếp nhận không tính."


def _counted(step: Step) -> str:
    if step.facts["rule"] == Counting.IN_DAY:
        return (
            "Giải quyết trong ngày; nhận sau 15 giờ thì trả kết quả trong ngày làm việc tiếp theo:"
            f" {clock(step.at)}."
        )
    unit = UNIT_NAMES[LimitUnit(str(step.facts["unit"]))]
    return f"Thời hạn {step.facts['amount']} {unit}: hẹn trả {clock(step.at)}."


def _shifted(step: Step) -> str:
    since = clock(datetime.fromisoformat(str(step.facts["stopped_at"])))
    until = clock(datetime.fromisoformat(str(step.facts["resumed_at"])))
    if not step.facts["by"]:
        return f"Tạm dừng từ {since} đến {until}: không làm thay đổi ngày hẹn trả."
    hours = step.facts["unit"] == LimitUnit.WORKING_HOUR
    unit = "phút làm việc" if hours else UNIT_NAMES[LimitUnit(str(step.facts["unit"]))]
    moved = f"lùi {step.facts['by']} {unit}"
    return f"Tạm dừng từ {since} đến {until}: {moved}, hẹn trả {clock(step.at)}."


def _restarted(step: Step) -> str:
    since = clock(datetime.fromisoformat(str(step.facts["stopped_at"])))
    return (
        f"Yêu cầu bổ sung lúc {since}; nhận đủ hồ sơ lúc {clock(step.at)},"
        " thời gian giải quyết tính lại từ đầu."
    )


def _ignored(_step: Step) -> str:
    return "Hồ sơ đã quá hạn trước khi tạm dừng: ngày hẹn trả giữ nguyên."


def _extended(step: Step) -> str:
    return f"Đã xin lỗi và hẹn lại ngày trả kết quả: {clock(step.at)}."


def _taken_over(step: Step) -> str:
    return f"Ngày hẹn trả {clock(step.at)} lấy theo hệ thống nguồn."


_SENTENCES: dict[str, Callable[[Step], str]] = {
    "received": _received,
    "counting_starts": _starts,
    "counted": _counted,
    "shifted": _shifted,
    "restarted": _restarted,
    "stop_ignored_late": _ignored,
    "extended": _extended,
    "taken_over": _taken_over,
}
