"""Invented facts, for an office to see its templates by before a citizen does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tthc.domain.forms import FORM_NAMES, Facts, Form
from tthc.printing.marks import bar_code, qr_code

_CODE = "H44.240-261123-0001"
_DESK = "Trung tâm Phục vụ hành chính công xã Tân Lạc"
_PERSON = {
    "name": "(họ và tên người nộp)",
    "identity_number": "000000000000",
    "address": "(địa chỉ), xã Tân Lạc, tỉnh Phú Thọ",
    "phone": "0900000000",
    "email": "nguoi-nop@example.vn",
}

_COMMON: dict[str, Any] = {
    "letterhead": {"above": "Ủy ban nhân dân xã Tân Lạc", "desk": _DESK},
    "place": "Tân Lạc",
    "issued_on": {"day": "23", "month": "11", "year": "2026"},
    "issued_at": "14:05 23/11/2026",
    "dossier": {
        "code": _CODE,
        "procedure": "Đăng ký giám hộ",
        "procedure_code": "1.004837",
        "agency": "Xã Tân Lạc",
        "summary": "(trích yếu)",
        "received_at": "14:05 23/11/2026",
        "due_at": "17:00 27/11/2026",
        "original_due_at": "17:00 27/11/2026",
    },
    "codes": {"qr": qr_code(_CODE), "bar": bar_code(_CODE)},
    "applicant": _PERSON,
    "owner": _PERSON | {"name": "(họ và tên chủ hồ sơ)"},
    "desk": {
        "name": _DESK,
        "contact": "(địa chỉ, điện thoại của nơi tiếp nhận)",
        "hours": "thứ Hai đến thứ Sáu 07:30–11:30, 13:30–17:00",
    },
    "signer": "(họ và tên người ký)",
    "lookup": {"address": "tthc.example.vn/tra-cuu", "secret": "(mã tra cứu)"},
}

_EVENT = {
    "happened_at": "09:30 25/11/2026",
    "reason": "(lý do cán bộ đã ghi)\n(dòng thứ hai của lý do)",
    "decided_by": "can-bo",
}

_OWN: Mapping[Form, Mapping[str, Any]] = {
    Form.RECEIPT: {
        "papers": [
            {
                "name": "Tờ khai đăng ký giám hộ",
                "originals": "1",
                "certified_copies": "",
                "photocopies": "",
            },
            {
                "name": "Giấy cử người giám hộ",
                "originals": "1",
                "certified_copies": "1",
                "photocopies": "2",
            },
        ],
        "limit": "3 ngày làm việc",
        "reasons": [
            "Tiếp nhận lúc 14:05 23/11/2026.",
            "Thời gian giải quyết tính từ 14:05 23/11/2026; ngày tiếp nhận không tính.",
            "Thời hạn 3 ngày làm việc: hẹn trả 17:00 27/11/2026."
            " Không tính: Ngày Văn hóa Việt Nam (24/11).",
        ],
        "return_form": "Tại nơi tiếp nhận hồ sơ",
        "fee": "50.000 đồng (chưa nộp)",
        "fees": [{"name": "Lệ phí", "amount": "50.000 đồng"}],
    },
    Form.SUPPLEMENT: _EVENT
    | {
        "wanted": ["Giấy cử người giám hộ", "Bản sao giấy khai sinh của người được giám hộ"],
        "limit_on": "04/12/2026",
    },
    Form.REFUSAL: _EVENT,
    Form.APOLOGY: _EVENT
    | {
        "previous_due": "17:00 27/11/2026",
        "new_due": "17:00 04/12/2026",
        "responsible": "Xã Tân Lạc",
    },
    Form.STOP: _EVENT,
}

SAMPLES: Mapping[Form, Facts] = {
    form: {
        "title": f"Mẫu số {form}, hồ sơ {_CODE}",
        "form": {"number": form.value, "name": FORM_NAMES[form]},
        **_COMMON,
        **own,
    }
    for form, own in _OWN.items()
}
"""What each form may tell, by form; every fact there is has a value here."""
