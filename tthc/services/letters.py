"""Writing a citizen's letter: the facts of a notice, put into the office's own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tthc.domain.explain import clock
from tthc.domain.letters import Letter, LetterTemplate, describe_hours, fill, letter_of
from tthc.domain.lifecycle import Action
from tthc.domain.messages import Text
from tthc.domain.moment import civil_day
from tthc.domain.notices import QuietHours
from tthc.domain.reference import UnitLevel
from tthc.services.reference import Reference, UnitEntry
from tthc.storage.queries.notices import NoticeFacts

_DESKS = frozenset({UnitLevel.PROVINCE, UnitLevel.COMMUNE})
_CAUSES = {
    Action.TAKE_SUPPLEMENT: "cơ quan đã nhận giấy tờ bổ sung",
    Action.CONFIRM_PAYMENT: "đã ghi nhận việc thực hiện nghĩa vụ tài chính",
    Action.RESUME: "hồ sơ được tiếp tục giải quyết sau thời gian tạm dừng",
}


@dataclass(frozen=True, slots=True)
class LetterRules:
    """How an installation writes to citizens.

    Attributes:
        templates: the words, one for each letter.
        quiet: when nobody is written to.
        delay: how long a notice waits for what makes it needless.
        contacts: where to ask, by unit code; who has none is asked about at the unit above.
    """

    templates: Mapping[Letter, LetterTemplate]
    quiet: QuietHours
    delay: timedelta
    contacts: Mapping[str, str]


def write_letter(
    facts: NoticeFacts, reference: Reference, rules: LetterRules, *, now: datetime
) -> Text:
    """Return the letter of a notice. Dates and hours are those in force now."""
    template = rules.templates[letter_of(facts.kind, facts.return_form)]
    desk = reference.units.get(facts.receiving_unit or "")
    week = reference.calendar_of(facts.receiving_unit).week_of(civil_day(now))
    place = {
        "desk": desk_name(desk),
        "desk_contact": contact_of(desk, rules.contacts),
        "desk_hours": describe_hours(week),
    }
    return fill(template, _told(facts, reference) | place)


def contact_of(desk: UnitEntry | None, contacts: Mapping[str, str]) -> str:
    """Return where to ask about a desk; who has no contact is asked about at the unit above."""
    if desk is None:
        return ""
    return contacts.get(desk.code) or contacts.get(desk.parent_code or "", "")


def _told(facts: NoticeFacts, reference: Reference) -> dict[str, str]:
    procedure = reference.procedures.get(facts.procedure_code or "")
    agency = reference.units.get(facts.resolving_unit or "")
    blamed = reference.units.get(facts.told.get("responsible_unit", ""))
    return {
        "dossier_code": facts.dossier_code,
        "procedure": procedure.name if procedure else "",
        "agency": agency.name if agency else "",
        "happened_at": clock(facts.happened_at),
        "due": _instant(facts.due_at),
        "previous_due": _instant(facts.previous_due_at),
        "reason": facts.told.get("reason", ""),
        "cause": _cause(facts),
        "papers": "\n".join(f"- {paper}" for paper in facts.told.get("papers", ())),
        "limit_on": _day(facts.told.get("limit_on")),
        "promised": _day(facts.told.get("promised_on")),
        "responsible": blamed.name if blamed else "",
        "result_code": facts.result_code or "",
    }


def _day(text: str | None) -> str:
    return f"{date.fromisoformat(text):%d/%m/%Y}" if text else ""


def _instant(moment: datetime | None) -> str:
    return clock(moment) if moment else ""


def desk_name(unit: UnitEntry | None) -> str:
    """Return the name of a desk as the law calls it since 1 July 2025."""
    if unit is None:
        return "Bộ phận Một cửa"
    if unit.level not in _DESKS:
        return f"Bộ phận Một cửa {unit.name}"
    return f"Trung tâm Phục vụ hành chính công {unit.name[0].lower()}{unit.name[1:]}"


def _cause(facts: NoticeFacts) -> str:
    if facts.action is Action.RECALCULATE:
        return f"lịch làm việc thay đổi theo {facts.told['legal_basis']}"
    return _CAUSES.get(facts.action, "")
