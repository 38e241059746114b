"""What is applied for in the demonstration, how often, with which papers and fees.

The mix follows what the national portal published for Phú Thọ in 2026: more than a quarter is
the certification of copies. Fees and service levels are for demonstration only: both are
decided by the province.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from tthc.domain.receipt import Fee, Paper
from tthc.domain.reference import ServiceLevel

COPY_FEE_FIRST_PAGES, COPY_FEE_NEXT_PAGES, COPY_FEE_MOST = 2_000, 1_000, 200_000
"""In đồng a page: the first two, the following, and the most a copy costs.

Source: Thông tư 226/2016/TT-BTC, Art. 4.
"""
DEAR_PAGES = 2
COPIES = "2.000815"
IDENTITY = "Bản sao thẻ căn cước"


@dataclass(frozen=True, slots=True)
class Kind:
    """A procedure in the mix.

    Attributes:
        weight: how often it is applied for, relative to the others.
        fee: what one dossier costs, in đồng.
        demands_payment: whether a financial obligation is met before the result (land).
    """

    code: str
    weight: int
    papers: tuple[str, ...]
    fee: int = 0
    demands_payment: bool = False


def _kinds(papers: str, *rows: tuple[str, int, int]) -> tuple[Kind, ...]:
    named = tuple(papers.split(" | "))
    return tuple(Kind(code, weight, named, fee) for code, weight, fee in rows)


_CIVIL = "Tờ khai đăng ký hộ tịch | Giấy tờ chứng minh nơi cư trú | Giấy tờ liên quan"
_LAND = "Đơn đăng ký đất đai (Mẫu số 15) | Giấy tờ về quyền sử dụng đất | Trích đo địa chính"

KINDS: tuple[Kind, ...] = (
    *_kinds("Bản chính giấy tờ | Bản sao cần chứng thực", (COPIES, 285, 0)),
    *_kinds(
        f"{IDENTITY} | Văn bản, giao dịch cần chứng thực",
        ("2.000884", 46, 10_000),
        ("2.001035", 24, 50_000),
        ("2.001406", 6, 50_000),
        ("2.001016", 5, 50_000),
        ("2.001019", 2, 50_000),
        ("2.000942", 4, 2_000),
        ("2.000927", 2, 25_000),
        ("2.000908", 8, 0),
    ),
    *_kinds("Tờ khai đăng ký khai sinh | Giấy chứng sinh", ("1.001193", 68, 0)),
    *_kinds("Tờ khai đăng ký khai tử | Giấy báo tử", ("1.000656", 30, 0)),
    *_kinds("Tờ khai đăng ký kết hôn | Giấy xác nhận hôn nhân", ("1.000894", 25, 0)),
    *_kinds(f"Tờ khai | {IDENTITY}", ("1.004873", 60, 0), ("2.000635", 84, 8_000)),
    *_kinds(
        _CIVIL,
        ("1.004884", 10, 0),
        ("1.004772", 3, 0),
        ("1.001022", 4, 0),
        ("1.000689", 2, 0),
        ("1.004837", 3, 0),
        ("2.002516", 5, 0),
        ("2.001023", 8, 0),
        ("1.004859", 15, 0),
    ),
    *_kinds(
        "Tờ khai thay đổi thông tin cư trú | Giấy tờ chứng minh chỗ ở hợp pháp",
        ("1.004222", 22, 0),
        ("1.004194", 30, 0),
        ("1.002755", 5, 0),
        ("1.003197", 5, 0),
        ("1.010028", 3, 0),
        ("1.010038", 8, 0),
        ("1.010039", 6, 0),
        ("2.001159", 10, 0),
        ("1.010041", 30, 0),
    ),
    Kind("1.012753", 22, tuple(_LAND.split(" | ")), fee=100_000, demands_payment=True),
    Kind("1.013978", 9, tuple(_LAND.split(" | ")), fee=100_000, demands_payment=True),
    Kind("1.013949", 5, tuple(_LAND.split(" | ")), demands_payment=True),
    *_kinds(_LAND, ("1.012796", 5, 25_000), ("1.012817", 2, 0), ("1.013979", 2, 0)),
    *_kinds("Đơn yêu cầu hòa giải | Giấy tờ về thửa đất", ("1.012812", 5, 0)),
    *_kinds("Giấy đề nghị rà soát hộ", ("1.011607", 12, 0), ("1.011608", 9, 0), ("1.011609", 6, 0)),
    *_kinds(
        f"Giấy đề nghị | {IDENTITY}",
        ("1.001612", 18, 100_000),
        ("2.000720", 7, 100_000),
        ("1.001266", 6, 0),
        ("1.001570", 3, 0),
        ("2.000575", 3, 100_000),
    ),
    *_kinds(
        "Đơn đề nghị cấp phép xây dựng | Giấy tờ về đất | Bản vẽ thiết kế",
        ("1.013225", 9, 75_000),
        ("1.013229", 3, 75_000),
        ("1.013227", 1, 15_000),
    ),
    *_kinds(
        "Văn bản đề nghị | Danh sách, biên bản kèm theo",
        ("1.002211", 2, 0),
        ("2.000950", 2, 0),
        ("2.002080", 2, 0),
        ("1.008004", 2, 0),
        ("1.002693", 1, 0),
        ("1.013274", 1, 0),
        ("1.014159", 2, 0),
        ("1.001662", 1, 0),
    ),
)

LEVELS_FROM = date(2026, 1, 1)
"""Later than the example register, whose figures are the same with and without these levels."""
LEVELS_BASIS = "demonstration data, not a decision of the province"
LEVELS_SOURCE = "demonstration"
_FULL = (
    "1.001193 1.000656 1.004873 2.000635 2.000908 2.002516 1.004222 1.004194 1.002755 1.003197"
    " 1.010028 1.010038 1.010039 1.010041 1.003677 2.001159 1.001612 2.000720 1.001570 1.001266"
    " 2.000575 1.014034 1.002211 2.000950 2.000930 2.002080 1.001662 1.008004"
)
_PARTIAL = (
    "1.000894 1.004884 1.004859 1.001022 1.004837 1.012753 1.012796 1.013978 1.013949 1.013225"
    " 1.013229 1.014159"
)
LEVELS: dict[str, ServiceLevel] = {
    **dict.fromkeys(_FULL.split(), ServiceLevel.FULL_ONLINE),
    **dict.fromkeys(_PARTIAL.split(), ServiceLevel.PARTIAL),
}
"""Only procedures the national catalogue offers online have a level."""


def invent_papers(kind: Kind, digitised: float, rng: Random) -> tuple[Paper, ...]:
    """Return the papers of a dossier; each exists as data by the chance ``digitised``."""
    papers = []
    for name in kind.papers:
        chance = rng.random()
        is_digitised = chance < digitised
        is_reused = is_digitised and chance < digitised / 4
        copies = 0 if is_digitised else 1
        papers.append(
            Paper(name, photocopies=copies, is_digitised=is_digitised, is_reused=is_reused)
        )
    return tuple(papers)


def invent_fees(kind: Kind, rng: Random) -> tuple[Fee, ...]:
    """Return what a dossier costs; a certification by its pages."""
    if kind.code == COPIES:
        pages = 1 + int(6 * rng.random() ** 2)
        copies = 1 + int(5 * rng.random() ** 2)
        return (Fee("Phí chứng thực bản sao", copies * copy_fee(pages)),)
    return (Fee("Phí, lệ phí", kind.fee),) if kind.fee else ()


def copy_fee(pages: int) -> int:
    """Return what one certified copy of so many pages costs, in đồng."""
    dear = min(pages, DEAR_PAGES)
    fee = dear * COPY_FEE_FIRST_PAGES + (pages - dear) * COPY_FEE_NEXT_PAGES
    return min(fee, COPY_FEE_MOST)
