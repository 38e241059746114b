"""A due date's derivation in Vietnamese sentences fit for the citizen's slip."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from itertools import groupby

from tthc.domain.calendar import WEEKDAYS
from tthc.domain.ledger import Facts, Step
from tthc.domain.limits import Counting, LimitUnit
from tthc.domain.moment import ONE_DAY, local

UNIT_NAMES = {
    LimitUnit.WORKING_HOUR: "giờ làm việc",
    LimitUnit.WORKING_DAY: "ngày làm việc",
    LimitUnit.CALENDAR_DAY: "ngày",
}
CHANNEL_NAMES = {1: "trực tiếp", 2: "trực tuyến", 3: "qua bưu chính công ích"}
STOP_NAMES = {
    "supplement": "Yêu cầu bổ sung, hoàn thiện hồ sơ",
    "payment": "Chờ thực hiện nghĩa vụ tài chính",
    "other_agency": "Chờ ý kiến của cơ quan khác",
    "force_majeure": "Tạm dừng vì sự kiện bất khả kháng",
}
WEEKEND = frozenset(WEEKDAYS)


def explain(ledger: Iterable[Step]) -> list[str]:
    """Return the sentences of a derivation, in its order."""
    told = (_SENTENCES[step.kind](step) for step in ledger)
    return [sentence for sentence in told if sentence]


def clock(moment: datetime) -> str:
    """Return an instant as staff write it: ``14:05 23/11/2026``."""
    return f"{local(moment):%H:%M %d/%m/%Y}"


def _clock(text: str) -> str:
    return clock(datetime.fromisoformat(text))


def _days_passed(facts: Facts) -> str:
    """Return which days were not counted and why, and which were by decision; may be empty."""
    skipped, made_up = facts.get("skipped", ()), facts.get("made_up", ())
    told = f" Không tính: {_named(skipped)}." if skipped else ""
    told += f" Có tính: {_named(made_up)}." if made_up else ""
    if facts.get("is_provisional"):
        year = facts["to"][:4]
        told += f" Lịch nghỉ năm {year} chưa được công bố chính thức, ngày hẹn có thể thay đổi."
    return told


def _named(dated: Iterable[Sequence[str]]) -> str:
    """Return days by reason, weekends together: ``Tết Nguyên đán (16/02 đến 20/02)``."""
    by_reason: dict[str, list[date]] = {}
    for day, reason in dated:
        group = "thứ Bảy, Chủ nhật" if reason in WEEKEND else reason
        by_reason.setdefault(group, []).append(date.fromisoformat(day))
    return "; ".join(f"{reason} ({_runs(days)})" for reason, days in by_reason.items())


def _runs(days: Sequence[date]) -> str:
    runs = []
    for _, run in groupby(enumerate(days), key=lambda nth: nth[1] - nth[0] * ONE_DAY):
        of_run = [day for _, day in run]
        first, last = f"{of_run[0]:%d/%m}", f"{of_run[-1]:%d/%m}"
        joint = " đến " if len(of_run) > 2 else ", "  # noqa: PLR2004 - two days are no stretch
        runs.append(first if first == last else first + joint + last)
    return ", ".join(runs)


def _received(step: Step) -> str:
    return f"Tiếp nhận lúc {clock(step.at)}."


def _rule(step: Step) -> str:
    facts = step.facts
    if "procedure_code" not in facts:
        return ""
    case = f", trường hợp {facts['case_name']}" if facts.get("case_name") else ""
    basis = f" theo {facts['legal_basis']}" if facts.get("legal_basis") else ""
    return (
        f"Thủ tục {facts['procedure_code']}{case}, nộp {CHANNEL_NAMES[facts['channel']]}:"
        f" thời hạn{basis} (phiên bản áp dụng từ {_day(facts['version_from'])})."
    )


def _day(text: str) -> str:
    return f"{date.fromisoformat(text):%d/%m/%Y}"


_CLOSED = {
    "hours": "nhận ngoài giờ làm việc nên ",
    "day_off": "nhận vào ngày nghỉ nên ",
}


def _starts(step: Step) -> str:
    why = _CLOSED.get(step.facts.get("closed", ""), "")
    told = f"{why}thời gian giải quyết tính từ {clock(step.at)}; ngày tiếp nhận không tính."
    return told[0].upper() + told[1:]


def _counted(step: Step) -> str:
    rule, amount = step.facts["rule"], step.facts["amount"]
    if rule == Counting.IN_DAY:
        told = (
            "Giải quyết trong ngày; nhận sau 15 giờ thì trả kết quả trong ngày làm việc tiếp theo:"
            f" {clock(step.at)}."
        )
    elif rule == Counting.HALF_DAY:
        limit = f"{amount} buổi làm việc sau buổi tiếp nhận" if amount else "trong buổi tiếp nhận"
        told = f"Thời hạn {limit}: hẹn trả {clock(step.at)}."
    else:
        unit = UNIT_NAMES[LimitUnit(step.facts["unit"])]
        told = f"Thời hạn {amount} {unit}: hẹn trả {clock(step.at)}."
    return told + _days_passed(step.facts)


def _stopped(facts: Facts) -> str:
    name = STOP_NAMES.get(facts.get("reason", ""), "Tạm dừng")
    return f"{name} từ {_clock(facts['stopped_at'])}"


def _shifted(step: Step) -> str:
    facts = step.facts
    until = _clock(facts["resumed_at"])
    if not facts["by"]:
        return f"{_stopped(facts)} đến {until}: không làm thay đổi ngày hẹn trả."
    moved = f"lùi {facts['by']} {_measure(facts)}"
    told = f"{_stopped(facts)} đến {until}: {moved}, hẹn trả {clock(step.at)}."
    return told + _days_passed(facts)


def _measure(facts: Facts) -> str:
    if facts["unit"] == LimitUnit.WORKING_HOUR:
        return "phút làm việc"
    if facts.get("counting") == Counting.HALF_DAY:
        return "buổi làm việc"
    return UNIT_NAMES.get(LimitUnit(facts["unit"]), UNIT_NAMES[LimitUnit.WORKING_DAY])


def _restarted(step: Step) -> str:
    return (
        f"{_stopped(step.facts)}; nhận đủ hồ sơ lúc {clock(step.at)},"
        " thời gian giải quyết tính lại từ đầu."
    )


def _ignored(step: Step) -> str:
    if "stopped_at" not in step.facts:
        return "Hồ sơ đã quá hạn trước khi tạm dừng: ngày hẹn trả giữ nguyên."
    return (
        f"{_stopped(step.facts)} đến {clock(step.at)}: hồ sơ đã quá hạn từ trước,"
        " ngày hẹn trả giữ nguyên."
    )


def _extended(step: Step) -> str:
    decided_at = step.facts.get("decided_at")
    when = f" ngày {local(datetime.fromisoformat(decided_at)):%d/%m/%Y}" if decided_at else ""
    return f"Cơ quan giải quyết xin lỗi và hẹn lại{when}: hẹn trả {clock(step.at)}."


def _taken_over(step: Step) -> str:
    return f"Ngày hẹn trả {clock(step.at)} lấy theo hệ thống nguồn."


def _recalculated(step: Step) -> str:
    return (
        f"Lịch làm việc thay đổi theo {step.facts['legal_basis']}: ngày hẹn trả chuyển từ"
        f" {_clock(step.facts['before'])} sang {clock(step.at)}."
    )


_SENTENCES: dict[str, Callable[[Step], str]] = {
    "received": _received,
    "rule": _rule,
    "counting_starts": _starts,
    "counted": _counted,
    "shifted": _shifted,
    "restarted": _restarted,
    "stop_ignored_late": _ignored,
    "extended": _extended,
    "taken_over": _taken_over,
    "recalculated": _recalculated,
}
