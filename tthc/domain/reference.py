"""Kinds of reference data: units of government and levels of online service."""

from __future__ import annotations

from enum import StrEnum


class UnitLevel(StrEnum):
    """What a unit is. There is no district since 1 July 2025."""

    PROVINCE = "province"
    COMMUNE = "commune"
    DEPARTMENT = "department"
    OTHER = "other"


class ServiceLevel(StrEnum):
    """How far a procedure can be done online.

    Source: Nghị định 42/2022/NĐ-CP: toàn trình, một phần; besides, information only. UNKNOWN
    until the province's decision is loaded.
    """

    FULL_ONLINE = "full_online"
    PARTIAL = "partial"
    INFORMATION = "information"
    UNKNOWN = "unknown"
