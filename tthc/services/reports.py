"""Reports that offices hand in: the figures of a period, or of a closed one, in a layout.

All numbers come from where every other figure comes from; a layout only says where they stand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from tthc.domain.errors import RuleError
from tthc.domain.explain import clock
from tthc.domain.layouts import Layout, Listing
from tthc.domain.metrics import Period, pool
from tthc.domain.moment import TICK, civil_day
from tthc.domain.numbers import NUMBERS
from tthc.domain.scope import EVERYTHING
from tthc.domain.sheets import Sheet
from tthc.services.evidence import Place, units_of
from tthc.services.pack_checks import OpenPack, PackRulesDifferError, open_pack
from tthc.services.packs import FIGURES, rules_sha256
from tthc.services.reference import load_reference
from tthc.services.report_lists import Reader, list_dossiers
from tthc.services.report_parts import count_parts, count_rows, lines_of
from tthc.storage.tables.closings import Report

NOT_CLOSED = "số liệu hiện có, chưa chốt"


class ReportOpenOnlyError(RuleError):
    """Lists of dossiers are not made of a closed period: its evidence pack has them."""

    code = "report_open_only"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which report is wanted, of whose dossiers of which period."""

    layout: Layout
    period: Period
    place: Place


@dataclass(frozen=True, slots=True)
class _Rests:
    """What the figures of a report rest on; ``rules`` is the fingerprint of how they are made."""

    unit: str
    period: Period
    as_of: datetime
    event_head: int
    calendar_revision: int
    state: str
    rules: str


def make_report(
    session: Session, wanted: Wanted, reader: Reader, *, as_of: datetime, most: int | None
) -> Sheet:
    """Return a report as the figures are now, seen from ``as_of``.

    Raises:
        NotFoundError: no such unit, or outside the reader's scope: the answers are the same.
        PlaceAmbiguousError: a unit was named, and the dossiers without a unit too.
        ListTooLongError: a list of dossiers would have to look at more than ``most``.
    """
    layout, period, place = wanted.layout, wanted.period, wanted.place
    reference = load_reference(session)
    if isinstance(layout.rows, Listing):
        listed = list_dossiers(session, layout, (period, place), reader, as_of=as_of, most=most)
        lines, total, head = listed.lines, None, listed.gathered.event_head
    else:
        units = units_of(session, place, reader.scope)
        counts = count_parts(session, period, units, layout.rows)
        lines, total = lines_of(layout, counts, units, reference)
        head = counts.event_head
    rests = _Rests(
        unit=_unit(place, reference.units[place.unit_code].name if place.unit_code else ""),
        period=period,
        as_of=as_of,
        event_head=head,
        calendar_revision=reference.calendar.revision,
        state=NOT_CLOSED,
        rules=rules_sha256(),
    )
    return Sheet(layout, _about(layout, rests, len(lines)), as_of, lines, total)


def report_closed(session: Session, layout: Layout, report: Report) -> Sheet:
    """Return a report of a closed period with the numbers that it was closed with.

    Everything is read from the evidence pack that was kept; only names, and to which field a
    procedure belongs, are today's.

    Raises:
        ReportOpenOnlyError: the layout lists dossiers.
        PackRulesDifferError: this program counts the kept dossiers in another way.
    """
    if isinstance(layout.rows, Listing):
        raise ReportOpenOnlyError(
            "Kỳ đã chốt không lập danh sách hồ sơ; lấy danh sách trong gói minh chứng của kỳ.",
            "no list of dossiers is made of a closed period; its evidence pack has them",
            field="name",
        )
    pack = open_pack(report.pack)
    gathered = pack.gathered
    _check_kept(pack)
    place = Place(gathered.unit_code)
    counts = count_rows(gathered.rows, layout.rows, gathered.event_head)
    units = units_of(session, place, EVERYTHING)
    lines, total = lines_of(layout, counts, units, load_reference(session))
    rests = _Rests(
        unit=_unit(place, gathered.names.get(gathered.unit_code or "", "")),
        period=gathered.period,
        as_of=gathered.as_of,
        event_head=gathered.event_head,
        calendar_revision=gathered.calendar_revision,
        state=f"kỳ đã chốt, báo cáo số {report.number}, niêm phong {report.sha256}",
        rules=report.rules_sha256,
    )
    return Sheet(layout, _about(layout, rests, len(lines)), rests.as_of, lines, total)


def _check_kept(pack: OpenPack) -> None:
    """Refuse a pack whose figures are not what this program makes of its dossiers."""
    total = pool(tally for _, tally in pack.gathered.rows)
    kept = _flat(json.loads(pack.files[FIGURES])["total"]["counts"])
    if any(name not in NUMBERS or NUMBERS[name].of(total) != kept[name] for name in kept):
        raise PackRulesDifferError(
            "Số liệu đã chốt được tính theo quy tắc khác phiên bản này; hãy dùng gói minh chứng.",
            "the kept figures were counted by other rules; use the evidence pack",
        )


def _flat(counts: Mapping[str, Any]) -> dict[str, int]:
    """Return the counts of a pack under the names of the numbers."""
    found: dict[str, int] = {}
    for name, value in counts.items():
        inner = value if isinstance(value, dict) else None
        found |= {f"{name}.{n}": v for n, v in inner.items()} if inner else {name: value}
    return found


def _unit(place: Place, name: str) -> str:
    if place.is_unassigned:
        return "Hồ sơ chưa phân đơn vị"
    return f"{name} ({place.unit_code})" if place.unit_code else "Toàn phạm vi được xem"


def _about(layout: Layout, rests: _Rests, rows: int) -> dict[str, str]:
    begins, ends = civil_day(rests.period.since), civil_day(rests.period.until - TICK)
    return {
        "unit": rests.unit,
        "period": f"từ ngày {begins:%d/%m/%Y} đến hết ngày {ends:%d/%m/%Y}",
        "legal_basis": layout.legal_basis,
        "at": clock(rests.period.at),
        "as_of": clock(rests.as_of),
        "event_head": str(rests.event_head),
        "calendar_revision": str(rests.calendar_revision),
        "definitions": ", ".join(layout.definitions),
        "rules": rests.rules,
        "state": rests.state,
        "rows": str(rows),
    }
