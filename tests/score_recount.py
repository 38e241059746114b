"""Counting the parts of a score again, from the events and the definitions, without SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from tests.recount import lives_at

ONLINE, PAID, OWED = 2, {1, 2}, {1, 2, 3}


def received_by_unit(
    events: Iterable[Mapping[str, Any]], since: datetime, at: datetime
) -> dict[str | None, list[dict[str, Any]]]:
    found: dict[str | None, list[dict[str, Any]]] = defaultdict(list)
    for life in lives_at(events, at):
        if life["received_at"] is not None and since <= life["received_at"] < at:
            found[life.get("resolving_unit")].append(life)
    return found


def recount_parts(
    lives: list[dict[str, Any]], online: set[str]
) -> dict[str, tuple[set[str], set[str]]]:
    """Tell of each counted part the codes (or procedures) above and below its line."""
    paid = {life["code"] for life in lives if life.get("payment_kind") in PAID}
    owing = {life["code"] for life in lives if is_owing(life)}
    lodged = {life["procedure_code"] for life in lives if life.get("channel") == ONLINE}
    every = {life["code"] for life in lives}
    procedures = {life["code"]: life.get("procedure_code") for life in lives}
    electronic = {
        life["code"] for life in lives if life["finished_at"] and life.get("is_result_electronic")
    }
    return {
        "dossiers_online": (
            {life["code"] for life in lives if life.get("channel") == ONLINE} & electronic,
            every,
        ),
        "electronic_results": (electronic, every),
        "digitised": (
            {
                life["code"]
                for life in lives
                if life.get("paper_count", 0)
                and life.get("digitised_count", 0) / life["paper_count"] >= 0.8
            },
            every,
        ),
        "reused": ({life["code"] for life in lives if life.get("reused_count", 0)}, every),
        "paid_online": (paid & owing, owing),
        "procedures_paid_online": (
            {procedures[code] for code in paid & owing},
            {procedures[code] for code in owing},
        ),
        "procedures_used_online": (lodged & online, online),
    }


def is_owing(life: Mapping[str, Any]) -> bool:
    kind = life.get("payment_kind")
    return kind in OWED if kind is not None else life.get("fee_total", 0) > 0
