"""Figures that a person reports because no dossier tells them: two counts with their source."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from tthc.domain.errors import ConflictError, RuleError
from tthc.domain.qd766 import PARTS, PARTS_BY_CODE
from tthc.domain.scoring import Lack, Measure, Origin

REPORTABLE = frozenset(part.code for part in PARTS if part.origin is Origin.REPORTED)
"""The parts of the score that are reported."""


class FigureUnknownError(RuleError):
    """No figure of that name is reported."""

    code = "figure_unknown"


class FigureCountedError(RuleError):
    """The product counts this one itself; nobody reports it."""

    code = "figure_counted"


class FigureImpossibleError(RuleError):
    """The counts are no fraction: one is missing, or more are above the line than below."""

    code = "figure_impossible"


class FigureReportedError(ConflictError):
    """The figure is there already; it is corrected, with a reason."""

    code = "figure_reported"


class NoFigureError(ConflictError):
    """There is nothing to correct or to take back."""

    code = "figure_missing"


@dataclass(frozen=True, slots=True)
class NewFigure:
    """What somebody reports of a unit and period ``[since, until)``.

    Attributes:
        figure: the code of a part.
        numerator, denominator: both, or neither to take a figure back.
        source: where the counts are from.
        reason: why an earlier figure is corrected or taken back; None for the first one.
    """

    figure: str
    unit_code: str
    since: date
    until: date
    numerator: int | None
    denominator: int | None
    source: str
    reason: str | None = None


def check_figure(new: NewFigure, names: Collection[str] = REPORTABLE) -> None:
    """Let a figure pass that could be true.

    Raises:
        FigureCountedError, FigureUnknownError: it is counted from dossiers; none of ``names``.
        FigureImpossibleError: the two counts are no fraction from 0 to 1.
    """
    if new.figure not in names:
        raise _refuse_name(new.figure)
    above, below = new.numerator, new.denominator
    if (above is None) != (below is None):
        raise FigureImpossibleError(
            "Phải có cả tử số và mẫu số, hoặc bỏ trống cả hai để rút số liệu.",
            "give both counts, or neither to take the figure back",
            field="denominator" if below is None else "numerator",
        )
    if above is not None and below is not None and not 0 <= above <= below:
        raise FigureImpossibleError(
            "Tử số phải từ 0 đến mẫu số.",
            "the numerator lies between 0 and the denominator",
            field="numerator",
        )


def _refuse_name(name: str) -> RuleError:
    if name in PARTS_BY_CODE:
        return FigureCountedError(
            "Chỉ tiêu này hệ thống tự đếm từ hồ sơ, không nhập tay.",
            "this one is counted from dossiers and not reported",
            field="figure",
        )
    return FigureUnknownError(
        "Không có chỉ tiêu báo cáo nào tên như vậy.",
        "no figure of that name is reported",
        field="figure",
    )


def check_turn(new: NewFigure, earlier: Measure | None) -> None:
    """Refuse a first figure where there is one, and a correction where there is none.

    ``earlier`` is the newest one reported, without counts where it was taken back; None if none
    ever was.

    Raises:
        FigureReportedError, NoFigureError: as they say.
    """
    if earlier is None:
        if new.reason is not None or new.numerator is None:
            raise NoFigureError(
                "Chưa có số liệu nào để đính chính hoặc rút.",
                "there is no figure to correct or to take back",
            )
    elif new.reason is None:
        raise FigureReportedError(
            "Đã có số liệu của kỳ này; muốn đính chính phải nêu lý do.",
            "the figure is reported already; give a reason to correct it",
            field="reason",
        )
    elif new.numerator is None and earlier.numerator is None:
        raise NoFigureError("Số liệu này đã được rút.", "the figure was taken back already")


def pool_reported(
    told: Mapping[str, Measure], demanded: Collection[str], *, adds_up: bool, unit_code: str | None
) -> Measure:
    """Return the measure of a unit from the figures of it and of those below it, by unit.

    Args:
        told: the figures there are; one taken back has no counts.
        demanded: the units without whose figure the sum would be too small.
        adds_up: whether counts may be added; if not, only the unit's own figure holds.
        unit_code: the unit; None for a scope, which has no figure of its own.
    """
    known = {unit: m for unit, m in told.items() if m.numerator is not None}
    if not adds_up and demanded != {unit_code}:
        return known.get(unit_code or "", Measure(None, None, Lack.NOT_REPORTED))
    missing = len(set(demanded) - known.keys())
    if not known:
        return Measure(None, None, Lack.NOT_REPORTED, missing_units=missing)
    if missing:
        return Measure(None, None, Lack.INCOMPLETE, missing_units=missing)
    return Measure(
        sum(m.numerator or 0 for m in known.values()),
        sum(m.denominator or 0 for m in known.values()),
    )
