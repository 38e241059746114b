"""The procedure catalogue as values: which limit a dossier gets at receipt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from tthc.domain.dossier import Channel
from tthc.domain.errors import RuleError
from tthc.domain.limits import TimeLimit
from tthc.domain.stage_rules import StageRule

DEFAULT_CASE = "default"
ANY_AREA = ""
"""The area class of a limit that holds wherever no other one of its case and channel does."""


class ProcedureUnknownError(RuleError):
    """No such procedure in the catalogue."""

    code = "procedure_unknown"


class ProcedureNotInForceError(RuleError):
    """The procedure has no version in force on the day of receipt."""

    code = "procedure_not_in_force"


class CaseUnknownError(RuleError):
    """The procedure version has no such case."""

    code = "case_unknown"


class ChannelNotOfferedError(RuleError):
    """The procedure version is not offered by this channel."""

    code = "channel_not_offered"


class OverlapError(RuleError):
    """Two rows of reference data claim the same days."""

    code = "reference_overlap"


@dataclass(frozen=True, slots=True)
class OfferedLimit:
    """One line of a procedure version: what a case by a channel is promised."""

    id: int
    case_code: str
    case_name: str
    channel: Channel
    limit: TimeLimit
    is_confirmed: bool
    note: str
    area_class: str = ANY_AREA


@dataclass(frozen=True, slots=True)
class Version:
    """A procedure as published for ``[valid_from, valid_to)``."""

    valid_from: date
    valid_to: date | None
    legal_basis: str
    yields_result: bool
    offers: tuple[OfferedLimit, ...]
    stages: tuple[StageRule, ...] = ()

    def is_valid_on(self, day: date) -> bool:
        """Say whether the version is in force on ``day``."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def stages_of(self, case_code: str) -> tuple[StageRule, ...]:
        """Return the stages of one case, in no order; none where no process was laid down."""
        return tuple(stage for stage in self.stages if stage.case_code == case_code)


@dataclass(frozen=True, slots=True)
class ProcedureEntry:
    """A procedure with all its versions, oldest first."""

    code: str
    name: str
    name_search: str
    field: str
    versions: tuple[Version, ...]

    def version_on(self, day: date) -> Version:
        """Return the version in force on ``day``.

        Raises:
            ProcedureNotInForceError: the procedure did not exist then, or no longer.
        """
        for version in self.versions:
            if version.is_valid_on(day):
                return version
        raise ProcedureNotInForceError(
            f"Thủ tục {self.code} không có hiệu lực ngày {day:%d/%m/%Y}.",
            f"procedure {self.code} is not in force on {day}",
            field="procedure_code",
        )


def choose_offer(
    version: Version, case_code: str, channel: Channel, area_class: str = ANY_AREA
) -> OfferedLimit:
    """Return the line of ``version`` for a case and channel: the area's own, else the common one.

    Raises:
        CaseUnknownError: no such case.
        ChannelNotOfferedError: the case is not offered by this channel.
    """
    of_case = [offer for offer in version.offers if offer.case_code == case_code]
    if not of_case:
        known = ", ".join(sorted({offer.case_code for offer in version.offers}))
        raise CaseUnknownError(
            f"Thủ tục không có trường hợp “{case_code}”; các trường hợp: {known}.",
            f"the procedure has no case {case_code}; it has {known}",
            field="case_code",
        )
    by_area = {offer.area_class: offer for offer in of_case if offer.channel is channel}
    found = by_area.get(area_class) or by_area.get(ANY_AREA)
    if found is not None:
        return found
    offered = ", ".join(str(offer.channel.value) for offer in of_case)
    raise ChannelNotOfferedError(
        f"Thủ tục không được cung cấp qua kênh {channel.value}; các kênh: {offered}.",
        f"the procedure is not offered by channel {channel.value}; it is by {offered}",
        field="channel",
    )


def cite(code: str, version: Version, offer: OfferedLimit) -> dict[str, Any]:
    """Return what a due date says of its limit: procedure, version, case, channel, legal basis."""
    return {
        "procedure_code": code,
        "version_from": version.valid_from.isoformat(),
        "legal_basis": version.legal_basis,
        "case_code": offer.case_code,
        "case_name": offer.case_name,
        "channel": offer.channel.value,
        "area_class": offer.area_class,
        "is_confirmed": offer.is_confirmed,
    }


def refuse_overlaps(periods: Iterable[tuple[str, date, date | None]]) -> None:
    """Refuse two half-open periods ``(key, from, to)`` of the same key that share a day.

    Raises:
        OverlapError: names the key and the later of the two.
    """
    by_key: dict[str, list[tuple[date, date]]] = {}
    for key, since, until in periods:
        by_key.setdefault(key, []).append((since, until or date.max))
    for key, spans in by_key.items():
        _refuse_overlap(key, sorted(spans))


def _refuse_overlap(key: str, spans: Sequence[tuple[date, date]]) -> None:
    for before, after in pairwise(spans):
        if after[0] < before[1]:
            raise OverlapError(
                f"{key}: hai dòng cùng có hiệu lực từ ngày {after[0]:%d/%m/%Y}.",
                f"{key}: two rows are in force from {after[0]}",
                key=key,
            )
