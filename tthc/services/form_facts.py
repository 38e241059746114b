"""What each form tells of a dossier: the facts in words, as a template shows them.

Every fact is a text, a list or an object of texts, or null; a template does nothing but lay
them out. Personal data are told in full: the form is handed to who applied.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tthc.domain.dossier import PaymentKind, ReturnForm
from tthc.domain.explain import UNIT_NAMES, clock
from tthc.domain.forms import FORM_NAMES, Facts, Form
from tthc.domain.letters import describe_hours
from tthc.domain.limits import Counting, TimeLimit
from tthc.domain.moment import civil_day
from tthc.domain.parties import PartyRole
from tthc.domain.reference import UnitLevel
from tthc.printing.marks import bar_code, qr_code
from tthc.services import form_events
from tthc.services.form_source import Source, told_at
from tthc.services.letters import contact_of, desk_name
from tthc.services.reference import UnitEntry
from tthc.storage.tables.dossiers import Dossier

RETURNED = {
    ReturnForm.AT_DESK: "Tại nơi tiếp nhận hồ sơ",
    ReturnForm.POSTAL: "Qua bưu chính công ích",
    ReturnForm.ELECTRONIC: "Bản điện tử",
}
PAID = {
    PaymentKind.NO_FEE: "không thu",
    PaymentKind.ON_PORTAL: "đã nộp trên Cổng Dịch vụ công",
    PaymentKind.VIA_GATEWAY: "đã nộp trực tuyến",
    PaymentKind.NOT_YET: "chưa nộp",
}
_LEVEL_WORDS = ("Xã ", "Phường ", "Đặc khu ", "Tỉnh ", "Thành phố ")


def facts_of(form: Form, source: Source) -> Facts:
    """Return what ``form`` tells; the form must fit the dossier."""
    return _common(form, source) | _OWN[form](source)


def _common(form: Form, source: Source) -> dict[str, Any]:
    dossier, desk, today = source.dossier, source.desk, civil_day(source.now)
    calendar = source.reference.calendar_of(dossier.receiving_unit)
    return {
        "title": f"Mẫu số {form}, hồ sơ {dossier.code}",
        "form": {"number": form.value, "name": FORM_NAMES[form]},
        "letterhead": {"above": _above(desk), "desk": desk_name(desk)},
        "place": _bare_name(desk),
        "issued_on": {"day": f"{today:%d}", "month": f"{today:%m}", "year": f"{today:%Y}"},
        "issued_at": clock(source.now),
        "dossier": _dossier(source),
        "codes": {"qr": qr_code(dossier.code), "bar": bar_code(dossier.code)},
        "applicant": _person(source, PartyRole.APPLICANT) or dict.fromkeys(_PERSON, ""),
        "owner": _person(source, PartyRole.OWNER),
        "desk": {
            "name": desk_name(desk),
            "contact": contact_of(desk, source.contacts),
            "hours": describe_hours(calendar.week_of(today)),
        },
        "signer": source.signer,
        "lookup": None,
    }


def _dossier(source: Source) -> dict[str, str]:
    dossier = source.dossier
    procedure = source.reference.procedures.get(dossier.procedure_code or "")
    return {
        "code": dossier.code,
        "procedure": procedure.name if procedure else "",
        "procedure_code": dossier.procedure_code or "",
        "agency": source.unit_name(dossier.resolving_unit),
        "summary": dossier.summary or "",
        "received_at": told_at(dossier.received_at),
        "due_at": told_at(dossier.due_at),
        "original_due_at": told_at(dossier.original_due_at),
    }


_PERSON = ("name", "identity_number", "address", "phone", "email")


def _person(source: Source, role: PartyRole) -> dict[str, str] | None:
    found = next((party for party in source.parties if party.role is role), None)
    return {name: getattr(found, name) or "" for name in _PERSON} if found else None


def _above(desk: UnitEntry | None) -> str:
    """Return the authority that a desk belongs to."""
    if desk is None:
        return ""
    is_people_committee = desk.level in {UnitLevel.PROVINCE, UnitLevel.COMMUNE}
    return f"Ủy ban nhân dân {_lower(desk.name)}" if is_people_committee else desk.name


def _lower(name: str) -> str:
    return name[0].lower() + name[1:]


def _bare_name(desk: UnitEntry | None) -> str:
    """Return the name of a place without its level: ``Tân Lạc``."""
    name = desk.name if desk else ""
    word = next((word for word in _LEVEL_WORDS if name.startswith(word)), "")
    return name.removeprefix(word)


def _receipt(source: Source) -> dict[str, Any]:
    dossier = source.dossier
    offered = source.reference.offers.get(dossier.limit_id or 0)
    return {
        "papers": [_paper(paper) for paper in dossier.papers],
        "limit": describe_limit(offered.offer.limit) if offered else "",
        "reasons": source.told.sentences,
        "return_form": RETURNED[dossier.return_form or ReturnForm.AT_DESK],
        "fee": _fee(dossier),
        "fees": [{"name": fee["name"], "amount": _dong(fee["amount"])} for fee in dossier.fees],
    }


def _paper(paper: Mapping[str, Any]) -> dict[str, str]:
    counted = ("originals", "certified_copies", "photocopies")
    return {"name": paper["name"]} | {name: str(paper.get(name) or "") for name in counted}


def _fee(dossier: Dossier) -> str:
    """Return what is to be paid and whether it was; ``50.000 đồng (chưa nộp)``."""
    if not dossier.fee_total:
        return PAID[PaymentKind.NO_FEE].capitalize()
    paid = f" ({PAID[dossier.payment_kind]})" if dossier.payment_kind else ""
    return _dong(dossier.fee_total) + paid


def _dong(amount: int) -> str:
    return f"{amount:,} đồng".replace(",", ".")


def describe_limit(limit: TimeLimit) -> str:
    """Return a published limit in words; empty for none."""
    if limit.counting is Counting.IN_DAY:
        return "trong ngày; nhận sau 15 giờ thì trả trong ngày làm việc tiếp theo"
    if limit.counting is Counting.HALF_DAY:
        return f"{limit.amount} buổi làm việc" if limit.amount else "trong buổi tiếp nhận"
    unit = UNIT_NAMES.get(limit.unit)
    return f"{limit.amount} {unit}" if unit else ""


_OWN: dict[Form, Callable[[Source], dict[str, Any]]] = {
    Form.RECEIPT: _receipt,
    Form.SUPPLEMENT: form_events.supplement,
    Form.REFUSAL: form_events.refusal,
    Form.APOLOGY: form_events.apology,
    Form.STOP: form_events.stop,
}
