"""Apologising for a dossier that is late already; before that, an extension does it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tthc.domain.dossier import Details, DossierState
from tthc.domain.errors import RuleError
from tthc.domain.moment import civil_day
from tthc.domain.outcomes import Outcome, Rules


class ApologyRefusedError(RuleError):
    """There is nothing to apologise for, or it cannot be said so."""

    code = "apology_refused"


def apologise(state: DossierState, details: Details, at: datetime, _rules: Rules) -> Outcome:
    """Note the apology for a late dossier; its due date and every figure stay as they are.

    Source: Thông tư 03/2025/TT-VPCP, Mẫu 04. Choice: docs/decisions/kinds-of-alert.md.

    Raises:
        ApologyRefusedError: ``rule`` is ``not_late`` (an extension with an apology is due then),
            ``unit_missing``, or ``promised_past``.
    """
    judged = state.stopped_at or at
    if state.overdue_at is None or judged < state.overdue_at:
        raise _refused(
            "not_late",
            "Hồ sơ chưa quá hạn; hãy xin lỗi và hẹn lại ngày trả (gia hạn).",
            "the dossier is not late; extend it with an apology",
        )
    if details.responsible_unit is None:
        raise _refused(
            "unit_missing",
            "Phải nêu đơn vị gây chậm.",
            "name the unit responsible for the delay",
            field="responsible_unit",
        )
    if details.promised_on is not None and details.promised_on < civil_day(at):
        raise _refused(
            "promised_past",
            "Ngày hẹn trả dự kiến không được ở quá khứ.",
            "the promised day lies in the past",
            field="promised_on",
        )
    return Outcome(replace(state, apologised_at=at))


def _refused(rule: str, vi: str, en: str, **details: str) -> ApologyRefusedError:
    return ApologyRefusedError(vi, en, rule=rule, **details)
