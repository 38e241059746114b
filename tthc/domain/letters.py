"""The words of a citizen's letters: templates that an office may change, and filling them in.

A template is a text. Its first line is the subject, ``$name`` is replaced by a fact; a line,
or a whole paragraph, of which every fact is empty is left out. It cannot name a person: there
is no such fact.
Choice: docs/decisions/citizen-notices.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from string import Template

from tthc.domain.calendar import WEEKDAYS
from tthc.domain.calendar_rows import Week
from tthc.domain.dossier import ReturnForm
from tthc.domain.errors import RuleError
from tthc.domain.messages import Text
from tthc.domain.notices import NoticeKind

SUBJECT = "Tiêu đề:"
LONGEST_TEMPLATE = 10_000


class LetterInvalidError(RuleError):
    """A template cannot be used: ``field`` is its name, ``fact`` the offending one."""

    code = "letter_invalid"


class Letter(StrEnum):
    """A template by its name: a kind of notice, for a result also the way to get it."""

    RECEIVED = "received"
    SUPPLEMENT_REQUESTED = "supplement_requested"
    PAYMENT_REQUESTED = "payment_requested"
    DUE_MOVED = "due_moved"
    APOLOGY = "apology"
    LATE_APOLOGY = "late_apology"
    READY_AT_DESK = "ready_at_desk"
    READY_POSTAL = "ready_postal"
    READY_ELECTRONIC = "ready_electronic"
    REFUSED = "refused"
    STOPPED = "stopped"
    WITHDRAWN = "withdrawn"


IN_SUBJECT = frozenset({"dossier_code", "desk"})
"""A subject is shown on locked screens and kept by servers: no procedure, no reason."""

EVERYWHERE = IN_SUBJECT | {"procedure", "agency", "desk_contact", "desk_hours", "happened_at"}

_OWN: dict[Letter, tuple[frozenset[str], frozenset[str]]] = {
    Letter.RECEIVED: (frozenset({"due"}), frozenset()),
    Letter.SUPPLEMENT_REQUESTED: (frozenset({"papers", "reason"}), frozenset({"limit_on"})),
    Letter.PAYMENT_REQUESTED: (frozenset({"reason"}), frozenset({"limit_on"})),
    Letter.DUE_MOVED: (frozenset({"due", "cause"}), frozenset({"previous_due"})),
    Letter.APOLOGY: (frozenset({"due", "reason"}), frozenset({"previous_due", "responsible"})),
    Letter.LATE_APOLOGY: (frozenset({"due", "reason"}), frozenset({"promised", "responsible"})),
    Letter.READY_AT_DESK: (frozenset({"desk"}), frozenset({"result_code"})),
    Letter.READY_POSTAL: (frozenset(), frozenset({"result_code"})),
    Letter.READY_ELECTRONIC: (frozenset(), frozenset({"result_code"})),
    Letter.REFUSED: (frozenset({"reason"}), frozenset()),
    Letter.STOPPED: (frozenset({"reason"}), frozenset()),
    Letter.WITHDRAWN: (frozenset(), frozenset({"reason"})),
}
"""Beyond ``EVERYWHERE``: the facts a letter must tell, and those it may.

Source: what Mẫu 01 to 05 of Thông tư 03/2025/TT-VPCP demand.
"""

SAMPLE = {
    "dossier_code": "H44.240-261123-0001",
    "desk": "Trung tâm Phục vụ hành chính công xã Tân Lạc",
    "desk_contact": "(địa chỉ, điện thoại của nơi tiếp nhận)",
    "desk_hours": "thứ Hai đến thứ Sáu 07:30–11:30, 13:30–17:00",
    "procedure": "Đăng ký giám hộ",
    "agency": "Xã Tân Lạc",
    "happened_at": "14:05 23/11/2026",
    "due": "17:00 27/11/2026",
    "previous_due": "17:00 26/11/2026",
    "promised": "30/11/2026",
    "papers": "- Giấy cử người giám hộ\n- Bản sao giấy khai sinh",
    "reason": "(lý do cán bộ đã ghi)",
    "cause": "cơ quan đã nhận giấy tờ bổ sung",
    "limit_on": "04/12/2026",
    "responsible": "Xã Tân Lạc",
    "result_code": "01/2026",
}
"""Invented facts, one for each name, to read a letter by."""

_READY = {
    ReturnForm.AT_DESK: Letter.READY_AT_DESK,
    ReturnForm.POSTAL: Letter.READY_POSTAL,
    ReturnForm.ELECTRONIC: Letter.READY_ELECTRONIC,
}


def describe_hours(week: Week) -> str:
    """Return when a desk is open: ``thứ Hai đến thứ Sáu 07:30–11:30, 13:30–17:00``."""
    open_on = {day: tuple(shifts) for day, shifts in {**week.worked, **week.received}.items()}
    days = sorted(day for day, shifts in open_on.items() if shifts)
    told = []
    for (shifts, _), run in groupby(
        enumerate(days), key=lambda nth: (open_on[nth[1]], nth[1] - nth[0])
    ):
        of_run = [WEEKDAYS[day - 1] for _, day in run]
        hours = ", ".join(f"{_minute(a)}–{_minute(b)}" for a, b in shifts)
        joint = " đến " if len(of_run) > 2 else " và "  # noqa: PLR2004 - two days are no stretch
        span = of_run[0] if len(of_run) == 1 else f"{of_run[0]}{joint}{of_run[-1]}"
        told.append(f"{span} {hours}")
    return "; ".join(told)


def _minute(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def letter_of(kind: NoticeKind, return_form: ReturnForm | None) -> Letter:
    """Return the template of a notice; a result that nobody ordered otherwise waits at the desk."""
    if kind is NoticeKind.READY:
        return _READY[return_form or ReturnForm.AT_DESK]
    return Letter(kind.value)


def may_tell(letter: Letter) -> frozenset[str]:
    """Return the facts that a template may name in its body."""
    must, may = _OWN[letter]
    return EVERYWHERE | must | may


@dataclass(frozen=True, slots=True)
class LetterTemplate:
    """A template that was found usable."""

    subject: str
    body: str


def read_template(letter: Letter, text: str) -> LetterTemplate:
    """Return the template in ``text``.

    Raises:
        LetterInvalidError: it is too long, has no subject, a ``$`` that is no fact, a fact that
            the letter does not know, or lacks one that the letter must tell.
    """
    first, _, rest = text.strip().partition("\n")
    subject, body = first.removeprefix(SUBJECT).strip(), rest.strip()
    if len(text) > LONGEST_TEMPLATE or not first.startswith(SUBJECT) or not subject or not body:
        raise _invalid(
            letter,
            f"phải có dòng đầu “{SUBJECT} …”, rồi nội dung, không quá {LONGEST_TEMPLATE} ký tự",
            f"needs a first line “{SUBJECT} …”, then a text, at most {LONGEST_TEMPLATE} characters",
        )
    _check_known(letter, subject, IN_SUBJECT)
    _check_known(letter, body, may_tell(letter))
    must, _ = _OWN[letter]
    missing = (must | {"dossier_code"}) - set(_facts_in(body))
    if missing:
        names = ", ".join(f"${name}" for name in sorted(missing))
        raise _invalid(letter, f"phải nêu {names}", f"must tell {names}")
    return LetterTemplate(subject, body)


def _check_known(letter: Letter, text: str, known: frozenset[str]) -> None:
    if not Template(text).is_valid():
        raise _invalid(
            letter,
            "có dấu $ không hợp lệ (viết $$ để có một dấu $)",
            "has a $ that names no fact (write $$ for a dollar sign)",
        )
    for name in _facts_in(text):
        if name not in known:
            raise _invalid(
                letter, f"không được dùng ${name} ở đây", f"may not tell ${name} here", fact=name
            )


def _facts_in(text: str) -> list[str]:
    return Template(text).get_identifiers()


def _invalid(letter: Letter, vi: str, en: str, **details: str) -> LetterInvalidError:
    return LetterInvalidError(
        f"Mẫu thư “{letter}” {vi}.", f"the letter {letter} {en}", field=letter.value, **details
    )


def fill(template: LetterTemplate, facts: Mapping[str, str]) -> Text:
    """Return the letter that tells ``facts``; an unknown or empty fact is not told.

    Facts are put in as they are: a ``$`` within one has no meaning.
    """
    named = _facts_in(template.subject) + _facts_in(template.body)
    known = {name: facts.get(name, "") for name in named}
    subject = Template(template.subject).substitute(known)
    paragraphs = (
        _told_of(part.splitlines(), known) for part in re.split(r"\n\s*\n", template.body)
    )
    return Text(subject, "\n\n".join(filter(None, paragraphs)) + "\n")


def _told_of(lines: Sequence[str], facts: Mapping[str, str]) -> str:
    """Return a paragraph without its lines that have nothing to tell; maybe empty."""
    if not _has_something(lines, facts):
        return ""
    told = (line for line in lines if _has_something([line], facts))
    return "\n".join(Template(line).substitute(facts) for line in told)


def _has_something(lines: Sequence[str], facts: Mapping[str, str]) -> bool:
    named = [name for line in lines for name in _facts_in(line)]
    return not named or any(facts[name] for name in named)
