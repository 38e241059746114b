"""What desks were answered, held against what is kept, field by field."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.faults.asked import HAND_OVER, OFFICER, PREFIX, Asked, number_of
from bench.faults.database import Database

AWAY = 503

KEPT = """
SELECT d.summary, d.code, d.receiving_unit, d.version, d.officer, d.fee_total, d.paper_count,
       (SELECT count(*) FROM dossier_events e WHERE e.dossier_id = d.id),
       (SELECT count(*) FROM due_versions v WHERE v.dossier_id = d.id),
       p.name, p.identity_number, p.phone,
       (SELECT count(*) FROM idempotency_answers a
        WHERE a.key IN (substr(d.summary, %(prefix)s + 1),
                        substr(d.summary, %(prefix)s + 1) || %(hand_over)s))
FROM dossiers d LEFT JOIN parties p ON p.dossier_id = d.id AND p.role = 'applicant'
WHERE d.summary LIKE %(like)s
"""
ANSWERED = "SELECT key FROM idempotency_answers WHERE key LIKE %(like)s"
COUNTED = "SELECT agency_code || to_char(day, '-YYMMDD'), last_number FROM code_counters"


@dataclass(frozen=True, slots=True)
class Kept:
    """A dossier as the database keeps it, with how many rows hang on it."""

    summary: str
    code: str
    unit: str
    version: int
    officer: str | None
    fee: int
    papers: int
    events: int
    due_versions: int
    name: str | None
    identity_number: str | None
    phone: str | None
    answers: int

    @property
    def key(self) -> str:
        return self.summary.removeprefix(PREFIX)

    @property
    def is_whole(self) -> bool:
        """Whether everything that is written together is there: one of each change."""
        return (
            self.events == self.answers == self.version
            and self.due_versions == 1
            and self.name is not None
        )


@dataclass(slots=True)
class Ledger:
    """Every attempt of every desk. Acknowledged is what was answered by 2xx."""

    attempts: list[dict[str, Any]] = field(default_factory=list)

    @property
    def acknowledged(self) -> dict[str, dict[str, Any]]:
        """The last 2xx answer by key."""
        return {note["key"]: note for note in self.attempts if 200 <= note["status"] < 300}

    @property
    def statuses(self) -> Counter[int]:
        """How often each status was answered; 0 stands for no answer."""
        return Counter(note["status"] for note in self.attempts)

    def outside(self, allowed: Collection[int]) -> int:
        """Count the answers of a status that is not allowed, and 503 without Retry-After."""
        return sum(
            note["status"] not in allowed or (note["status"] == AWAY and not note["retry_after"])
            for note in self.attempts
        )

    def p95_ms(self, since: float, before: float) -> float:
        """Return the 95th percentile of the answers given in ``[since, before)``."""
        took = sorted(n["ms"] for n in self.attempts if since <= n["at"] < before)
        if not took:
            return math.inf
        return took[min(len(took), math.ceil(0.95 * len(took))) - 1]

    def share_written(self, since: float, before: float) -> float:
        """Return the share of the attempts in ``[since, before)`` that were answered by 2xx."""
        found = [n for n in self.attempts if since <= n["at"] < before]
        return sum(200 <= n["status"] < 300 for n in found) / max(1, len(found))

    def first_success_after(self, moment: float) -> float | None:
        """Return when an attempt begun after a moment was first answered by 2xx."""
        ends = [
            n["at"] + n["ms"] / 1000
            for n in self.attempts
            if n["at"] >= moment and 200 <= n["status"] < 300
        ]
        return min(ends, default=None)


@dataclass(frozen=True, slots=True)
class Balance:
    """What the comparison found; all but ``acknowledged`` and ``kept`` should be 0."""

    acknowledged: int
    kept: int
    lost: int
    different: int
    partial: int
    doubled: int
    unasked: int
    gaps: int

    @property
    def faults(self) -> int:
        return self.lost + self.different + self.partial + self.doubled + self.unasked + self.gaps


def read_ledger(path: Path) -> Ledger:
    """Read what the desks noted; a line cut off by a kill does not count."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return Ledger([json.loads(line) for line in lines if line.endswith("}")])


def compare(
    ledger: Ledger, kept: Sequence[Kept], *, answered: Iterable[str] = (), gaps: int = 0
) -> Balance:
    """Hold what was acknowledged and what was ever asked for against what is kept.

    ``answered`` are the keys under which an answer is kept.
    """
    acknowledged = ledger.acknowledged
    asked = {note["key"].removesuffix(HAND_OVER) for note in ledger.attempts}
    by_key: dict[str, list[Kept]] = {}
    for dossier in kept:
        by_key.setdefault(dossier.key, []).append(dossier)
    lost = different = 0
    for key, answer in acknowledged.items():
        found = by_key.get(key.removesuffix(HAND_OVER), [])
        if not found:
            lost += 1
        elif not any(is_as_answered(dossier, key, answer) for dossier in found):
            different += 1
    orphans = sum(key.removesuffix(HAND_OVER) not in by_key for key in answered)
    return Balance(
        acknowledged=len(acknowledged),
        kept=len(kept),
        lost=lost,
        different=different,
        partial=sum(not dossier.is_whole for dossier in kept) + orphans,
        doubled=sum(len(found) - 1 for found in by_key.values()),
        unasked=sum(key not in asked for key in by_key),
        gaps=gaps,
    )


def is_as_answered(dossier: Kept, key: str, answer: Mapping[str, Any]) -> bool:
    """Tell whether a dossier has the code and every field that was asked for and answered."""
    handed_over = key.endswith(HAND_OVER)
    own = key.removesuffix(HAND_OVER)
    asked = Asked(own.rpartition("-")[0], number_of(own))
    return (
        dossier.code == answer["code"]
        and dossier.version >= answer["version"]
        and dossier.unit == answer["unit"]
        and dossier.fee == asked.fee
        and dossier.papers == 1
        and dossier.name == asked.name
        and dossier.identity_number == asked.identity_number
        and dossier.phone == asked.phone
        and (not handed_over or dossier.officer == OFFICER)
    )


def count_gaps(before: Mapping[str, int], after: Mapping[str, int], codes: Iterable[str]) -> int:
    """Count numbers missing or given twice in the series that new codes belong to.

    ``before`` and ``after`` are the counters of each agency and day.
    """
    given: dict[str, list[int]] = {}
    for code in codes:
        series, _, number = code.rpartition("-")
        given.setdefault(series, []).append(int(number))
    wrong = 0
    for series in given.keys() | {name for name, last in after.items() if last != before.get(name)}:
        numbers = given.get(series, [])
        wanted = range(before.get(series, 0) + 1, after.get(series, 0) + 1)
        wrong += len(set(wanted) ^ set(numbers)) + len(numbers) - len(set(numbers))
    return wrong


def counters(database: Database) -> dict[str, int]:
    return dict(database.rows(COUNTED))


def settle(database: Database, ledger: Ledger, run: str, before: Mapping[str, int]) -> Balance:
    """Compare a ledger with the database; ``before`` are the counters at the beginning."""
    like = f"{PREFIX}{run}-%"
    given = {"prefix": len(PREFIX), "hand_over": HAND_OVER, "like": like}
    kept = [Kept(*row) for row in database.rows(KEPT, **given)]
    answered = [key for (key,) in database.rows(ANSWERED, like=f"{run}-%")]
    gaps = count_gaps(before, counters(database), [dossier.code for dossier in kept])
    return compare(ledger, kept, answered=answered, gaps=gaps)
