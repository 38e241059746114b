"""What a desk is told to write: every field follows from the number of the request."""

from __future__ import annotations

import json
from dataclasses import dataclass

PROCEDURE = "1.004837"
OFFICER = "can-bo.thu"
PREFIX = "thử lỗi "


@dataclass(frozen=True, slots=True)
class Asked:
    """One application a citizen hands in, made up from ``number``; ``run`` tells runs apart."""

    run: str
    number: int

    @property
    def key(self) -> str:
        """The Idempotency-Key, which the dossier's summary repeats."""
        return f"{self.run}-{self.number}"

    @property
    def summary(self) -> str:
        return PREFIX + self.key

    @property
    def name(self) -> str:
        return f"Người Thử Số {self.number}"

    @property
    def identity_number(self) -> str:
        return f"{self.number:012d}"

    @property
    def phone(self) -> str:
        return f"09{self.number:08d}"

    @property
    def fee(self) -> int:
        return 1_000 + self.number

    @property
    def is_handed_over(self) -> bool:
        """Every third is handed to an officer afterwards."""
        return self.number % 3 == 0

    def body(self) -> bytes:
        told = {
            "procedure_code": PROCEDURE,
            "channel": 1,
            "summary": self.summary,
            "applicant": {
                "name": self.name,
                "identity_kind": 1,
                "identity_number": self.identity_number,
                "phone": self.phone,
            },
            "papers": [{"name": "Tờ khai theo mẫu", "originals": 1}],
            "fees": [{"name": "Lệ phí", "amount": self.fee}],
        }
        return json.dumps(told, ensure_ascii=False).encode()


def number_of(key: str) -> int:
    return int(key.removesuffix(HAND_OVER).rpartition("-")[2])


HAND_OVER = "-giao"
"""Ending of the key under which a dossier is handed over."""
