"""Invented citizens: names of the region, identities and numbers that belong to nobody."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tthc.domain.parties import IdentityKind, Person

FAMILY_NAMES = (
    *("Bùi",) * 26,
    *("Nguyễn",) * 18,
    *("Đinh",) * 14,
    *("Quách",) * 9,
    *("Hà",) * 9,
    *("Trần",) * 4,
    *("Lê",) * 4,
    *("Phạm",) * 4,
    *("Hoàng",) * 3,
    *("Xa", "Lường", "Phùng", "Vũ", "Đỗ", "Ngô", "Triệu", "Bàn", "Đặng"),
)
MALE_NAMES = (
    "Văn An",
    "Văn Bình",
    "Văn Chiến",
    "Văn Dũng",
    "Đức Hải",
    "Mạnh Hùng",
    "Công Huy",
    "Quang Khải",
    "Văn Lâm",
    "Văn Long",
    "Đình Nam",
    "Thanh Phong",
    "Hồng Quân",
    "Văn Sơn",
    "Minh Tâm",
    "Văn Thành",
    "Xuân Thịnh",
    "Ngọc Tiến",
    "Anh Tuấn",
    "Văn Vinh",
)
FEMALE_NAMES = (
    "Thị Ánh",
    "Thị Bích",
    "Thị Chung",
    "Thị Diệu",
    "Thị Hà",
    "Thị Hạnh",
    "Thị Hiền",
    "Thị Hoà",
    "Thị Huệ",
    "Thị Lan",
    "Thị Liên",
    "Thị Mai",
    "Thị Nga",
    "Thị Nhung",
    "Thu Phương",
    "Thị Quỳnh",
    "Thị Thảo",
    "Thị Thu",
    "Thị Tuyết",
    "Thị Xuân",
)
HAMLETS = (
    "Bin",
    "Chiềng",
    "Cộng",
    "Đồi",
    "Khanh",
    "Lầm",
    "Lũy",
    "Ngòi",
    "Tân Hồng",
    "Thạch",
    "Trung",
    "Ưng",
)
PROVINCE_PREFIXES = ("017",) * 9 + ("025",)
"""Where the citizen was first registered: former Hoà Bình, or Phú Thọ.

Source: Thông tư 59/2021/TT-BCA, Annex I.
"""
FIRST_UNUSED_SERIAL = 900_000
"""No province registers so many births of one sex in a year: such numbers belong to nobody."""
NO_MOBILE_PREFIX = "01"
"""Ten-digit numbers beginning so were never given out, so none of them rings."""


@dataclass(frozen=True, slots=True)
class _Born:
    is_female: bool
    year: int


def invent_person(rng: Random, commune: str) -> Person:
    """Return an adult of ``commune``, a proper name such as ``Xã Tân Lạc``."""
    born = _Born(is_female=rng.random() < 0.5, year=1950 + int(57 * rng.random()))  # noqa: PLR2004
    given = rng.choice(FEMALE_NAMES if born.is_female else MALE_NAMES)
    return Person(
        f"{rng.choice(FAMILY_NAMES)} {given}",
        identity_kind=IdentityKind.PERSONAL_ID,
        identity_number=_identity(born, rng),
        phone=f"{NO_MOBILE_PREFIX}{int(100_000_000 * rng.random()):08d}",
        address=f"{_hamlet(commune, rng)}, {commune}, Tỉnh Phú Thọ",
    )


def _identity(born: _Born, rng: Random) -> str:
    century_and_sex = 2 * (born.year // 100 - 19) + born.is_female
    serial = FIRST_UNUSED_SERIAL + int(100_000 * rng.random())
    return f"{rng.choice(PROVINCE_PREFIXES)}{century_and_sex}{born.year % 100:02d}{serial}"


def _hamlet(commune: str, rng: Random) -> str:
    if commune.startswith("Phường"):
        return f"Tổ {1 + int(20 * rng.random())}"
    return f"Xóm {rng.choice(HAMLETS)} {1 + int(3 * rng.random())}"
