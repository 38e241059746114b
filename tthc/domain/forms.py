"""The printed forms: which of them fits a dossier as it stands, and what one is made from.

A form is a template, which an office may change, and the facts it tells, as JSON. Both are kept
by fingerprint, so that what was handed out can be printed again.
Source: Thông tư 03/2025/TT-VPCP, Phụ lục I. Choice: docs/decisions/forms.md.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tthc.domain.dossier import DossierState
from tthc.domain.errors import ConflictError, NotReadyError
from tthc.domain.evidence import fingerprint
from tthc.domain.lifecycle import OPEN, STATUS_NAMES, WITH_RESULT, Action, Status

Facts = Mapping[str, Any]
"""What a form tells: texts, lists and objects of texts, null where nothing is known."""


class Form(StrEnum):
    """A form by its number (Mẫu số)."""

    RECEIPT = "01"
    SUPPLEMENT = "02"
    REFUSAL = "03"
    APOLOGY = "04"
    STOP = "05"
    CONTROL = "06"
    REGISTER = "07"


FORM_NAMES: dict[Form, str] = {
    Form.RECEIPT: "Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
    Form.SUPPLEMENT: "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ",
    Form.REFUSAL: "Phiếu từ chối tiếp nhận giải quyết hồ sơ",
    Form.APOLOGY: "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết",
    Form.STOP: "Thông báo dừng giải quyết hồ sơ",
    Form.CONTROL: "Phiếu kiểm soát quá trình giải quyết hồ sơ",
    Form.REGISTER: "Sổ theo dõi hồ sơ",
}


APOLOGIES = frozenset({Action.EXTEND, Action.APOLOGISE})
"""What the apology (04) is for: with another date before it is late, without one after."""


class FormUnfitError(ConflictError):
    """The form does not fit the dossier as it stands."""

    code = "form_unfit"


class FormTemplateInvalidError(NotReadyError):
    """A template cannot be used; an operator must mend it. ``file`` and ``line`` say where."""

    code = "form_template_invalid"


@dataclass(frozen=True, slots=True)
class FormTemplate:
    """The texts a form is typeset from, by file name; ``main`` is where it begins."""

    main: str
    files: Mapping[str, str]

    @property
    def sha256(self) -> str:
        """The fingerprint of all texts, and of which one is the main one."""
        return fingerprint(canonical({"main": self.main, "files": self.files}).encode())


def canonical(value: Any) -> str:
    """Return JSON that is the same text whenever the value is the same."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


_Happened = Collection[Action]


def _receipt(state: DossierState, _happened: _Happened) -> bool:
    """While a result is still to come or to be collected; with the date then in force."""
    return state.received_at is not None and state.status in OPEN | {Status.FINISHED}


def _supplement(state: DossierState, happened: _Happened) -> bool:
    return state.status is Status.SUPPLEMENT_REQUESTED and Action.REQUEST_SUPPLEMENT in happened


def _refusal(state: DossierState, happened: _Happened) -> bool:
    return state.status is Status.REFUSED and Action.REFUSE in happened


def _apology(state: DossierState, happened: _Happened) -> bool:
    """Also after the result, for the paper may be handed over with it."""
    return state.status in OPEN | WITH_RESULT and not APOLOGIES.isdisjoint(happened)


def _stop(state: DossierState, happened: _Happened) -> bool:
    return state.status is Status.STOPPED and Action.STOP in happened


_FITS: dict[Form, Callable[[DossierState, _Happened], bool]] = {
    Form.RECEIPT: _receipt,
    Form.SUPPLEMENT: _supplement,
    Form.REFUSAL: _refusal,
    Form.APOLOGY: _apology,
    Form.STOP: _stop,
}


def fitting_forms(state: DossierState, happened: _Happened) -> list[Form]:
    """Return the forms that may be issued of a dossier to which these actions happened."""
    return [form for form, fits in _FITS.items() if fits(state, happened)]


def check_fit(form: Form, state: DossierState, happened: _Happened) -> None:
    """Refuse a form that tells what did not happen, or is no more.

    Raises:
        FormUnfitError: it does; the register (07) is of no single dossier and never fits.
    """
    if form not in fitting_forms(state, happened):
        raise FormUnfitError(
            f"Mẫu số {form} không phù hợp với hồ sơ đang ở trạng thái"
            f" “{STATUS_NAMES[state.status]}”.",
            f"form {form} does not fit the dossier as it stands",
            form=form.value,
            status=str(state.status.value),
        )
