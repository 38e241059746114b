"""The score after Quyết định 766/QĐ-TTg (2022): six groups, 100 points.

Maxima, thresholds and what an empty denominator is worth are those of the answers of the national
portal (DVCQG, Phú Thọ, 26 September 2026). Where these show no empty denominator, it is not
applicable. Choice: docs/decisions/scores.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from tthc.domain.scoring import Group, Measure, Origin, Part, Score, WhenEmpty, score_all

INSTRUMENT = "Quyết định 766/QĐ-TTg (23/6/2022)"

GROUPS: tuple[Group, ...] = (
    Group("transparency", "Công khai, minh bạch", "Openness"),
    Group("progress", "Tiến độ, kết quả giải quyết", "Handling in time"),
    Group("online", "Cung cấp dịch vụ công trực tuyến", "Online services"),
    Group("digitisation", "Số hóa hồ sơ", "Digitisation"),
    Group("payment", "Thanh toán trực tuyến", "Online payment"),
    Group("satisfaction", "Mức độ hài lòng", "Satisfaction"),
)

_COUNTED, _REPORTED = Origin.COUNTED, Origin.REPORTED


def _part(  # noqa: PLR0913, PLR0917 - one parameter for each column of the table below
    group: str,
    code: str,
    maximum: int,
    origin: Origin,
    name: str,
    name_en: str,
    *,
    full_at: int = 100,
    when_empty: WhenEmpty = WhenEmpty.NOT_APPLICABLE,
    national_code: str | None = None,
    definition: str | None = None,
    adds_up: bool = True,
) -> Part:
    number = next(n for n, g in enumerate(GROUPS, 1) if g.code == group)
    return Part(
        code=code,
        group=group,
        name=name,
        name_en=name_en,
        maximum=Decimal(maximum),
        origin=origin,
        definition=definition or f"qd766_{code}/1",
        source=f"{INSTRUMENT}, nhóm {number}",
        full_at=Decimal(full_at),
        when_empty=when_empty,
        national_code=national_code,
        adds_up=adds_up,
    )


PARTS: tuple[Part, ...] = (
    _part(
        *("transparency", "publish_on_time", 6, _REPORTED),
        "Tỷ lệ TTHC công bố đúng hạn",
        "Procedures published on time",
        national_code="PUBLISH_ON_TIME",
        adds_up=False,
    ),
    _part(
        *("transparency", "update_on_time", 4, _REPORTED),
        "Tỷ lệ TTHC cập nhật, công khai đúng hạn",
        "Procedures updated on time",
        national_code="PUBLIC_UPDATE_ON_TIME",
        adds_up=False,
    ),
    _part(
        *("transparency", "content_full", 2, _REPORTED),
        "Tỷ lệ TTHC công khai đầy đủ nội dung",
        "Procedures published in full",
        national_code="PUBLIC_CONTENT_FULL",
        adds_up=False,
    ),
    _part(
        *("transparency", "dossier_sync", 6, _REPORTED),
        "Tỷ lệ hồ sơ đồng bộ lên Cổng DVCQG",
        "Dossiers synchronised with the national portal",
        national_code="DOSSIER_SYNC",
    ),
    _part(
        *("progress", "progress", 20, _COUNTED),
        "Tỷ lệ hồ sơ giải quyết trước hạn, đúng hạn",
        "Dossiers in time",
        definition="on_time_qd766/1",
    ),
    _part(
        *("online", "procedures_online", 2, _COUNTED),
        "Tỷ lệ TTHC cung cấp dịch vụ công trực tuyến",
        "Procedures offered online",
        full_at=80,
        adds_up=False,
    ),
    _part(
        *("online", "procedures_used_online", 4, _COUNTED),
        "Tỷ lệ dịch vụ công trực tuyến có phát sinh hồ sơ trực tuyến",
        "Online procedures with an online dossier",
        adds_up=False,
    ),
    _part(
        *("online", "dossiers_online", 6, _COUNTED),
        "Tỷ lệ hồ sơ nộp trực tuyến",
        "Dossiers lodged online",
        full_at=50,
    ),
    _part(
        *("digitisation", "electronic_results", 6, _COUNTED),
        "Tỷ lệ hồ sơ TTHC có cấp kết quả giải quyết điện tử",
        "Dossiers with an electronic result",
        national_code="ORIGINAL_RESULT_AVAILABLE",
    ),
    _part(
        *("digitisation", "digitised", 4, _COUNTED),
        "Tỷ lệ hồ sơ TTHC thực hiện số hóa hồ sơ",
        "Dossiers digitised",
        national_code="SO_HOA_GIAY_TO_GIAI_QUYET",
    ),
    _part(
        *("digitisation", "certified_copies", 2, _REPORTED),
        "Tỷ lệ cung cấp dịch vụ chứng thực bản sao điện tử từ bản chính",
        "Electronic certified copies offered",
        national_code="ELECTRONIC_CERTIFIED_COPY",
        adds_up=False,
    ),
    _part(
        *("digitisation", "reused", 2, _COUNTED),
        "Tỷ lệ hồ sơ khai thác, sử dụng lại thông tin, dữ liệu số hóa",
        "Dossiers that reuse digitised data",
        full_at=80,
        national_code="REUSED_DIGITIZED_DATA",
    ),
    _part(
        *("digitisation", "personal_storage", 4, _REPORTED),
        "Tỷ lệ hồ sơ TTHC được số hóa có kết nối, chia sẻ dữ liệu phục vụ tái sử dụng",
        "Digitised dossiers shared for reuse",
        national_code="SYNCED_WITH_DVCQG_PERSONAL_STORAGE",
    ),
    _part(
        *("digitisation", "population_data_dossiers", 2, _REPORTED),
        "Tỷ lệ hồ sơ TTHC có sử dụng thông tin, dữ liệu dân cư",
        "Dossiers that use population data",
        national_code="CITIZEN_DATA_CONNECTED_DOSSIER",
    ),
    _part(
        *("digitisation", "population_data_procedures", 2, _REPORTED),
        "Tỷ lệ TTHC triển khai kết nối, chia sẻ dữ liệu dân cư phục vụ giải quyết TTHC",
        "Procedures connected to population data",
        national_code="CITIZEN_DATA_CONNECTED_FORMALITY",
        adds_up=False,
    ),
    _part(
        *("payment", "paid_online", 6, _COUNTED),
        "Tỷ lệ hồ sơ thanh toán trực tuyến",
        "Dossiers paid online",
        when_empty=WhenEmpty.ZERO,
    ),
    _part(
        *("payment", "procedures_paid_online", 2, _COUNTED),
        "Tỷ lệ TTHC có giao dịch thanh toán trực tuyến",
        "Procedures with an online payment",
        full_at=80,
        when_empty=WhenEmpty.ZERO,
        adds_up=False,
    ),
    _part(
        *("payment", "procedures_payable_online", 2, _REPORTED),
        "Tỷ lệ TTHC có yêu cầu nghĩa vụ tài chính được cung cấp thanh toán trên Cổng DVCQG",
        "Procedures with fees that can be paid on the national portal",
        full_at=80,
        when_empty=WhenEmpty.ZERO,
        adds_up=False,
    ),
    _part(
        *("satisfaction", "receiving_satisfaction", 6, _REPORTED),
        "Tỷ lệ hài lòng trong tiếp nhận, giải quyết TTHC",
        "Satisfaction with the handling of dossiers",
        full_at=90,
        when_empty=WhenEmpty.ZERO,
        national_code="DOSSIER_RECEIVING_SATISFACTION",
    ),
    _part(
        *("satisfaction", "petitions_on_time", 6, _REPORTED),
        "Tỷ lệ phản ánh, kiến nghị xử lý đúng hạn",
        "Petitions answered in time",
        when_empty=WhenEmpty.FULL,
        national_code="PETITION_PROCESSING_ON_TIME",
    ),
    _part(
        *("satisfaction", "petition_satisfaction", 6, _REPORTED),
        "Tỷ lệ hài lòng trong xử lý phản ánh, kiến nghị",
        "Satisfaction with the answers to petitions",
        when_empty=WhenEmpty.FULL,
        national_code="PETITION_HANDLING_SATISFACTION",
    ),
)

PARTS_BY_CODE: Mapping[str, Part] = {part.code: part for part in PARTS}


def score_766(measures: Mapping[str, Measure]) -> Score:
    """Return the score of a unit from the measures of its parts, by code."""
    return score_all(GROUPS, PARTS, measures)
