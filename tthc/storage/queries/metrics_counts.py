"""What is counted of judged dossiers, and the tally those counts amount to."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Subquery, and_

from tthc.domain.dossier import Channel, SubmittedBy
from tthc.domain.metrics import Tally, Timeliness

Condition = ColumnElement[bool]

GROUPS, WAYS = ("finished", "closed", "pending"), ("day", "instant")


def conditions_of(judged: Subquery) -> dict[str, Condition]:
    """Return the least that must be counted; ``tally_of`` derives the rest."""
    c = judged.c
    online = and_(c.eligible, c.channel == Channel.ONLINE)
    by_citizen = c.submitted_by.in_([SubmittedBy.CITIZEN, SubmittedBy.AUTHORISED])
    counts: dict[str, Condition] = {
        "received": c.received,
        "received_direct": and_(c.received, c.channel == Channel.DIRECT),
        "received_online": and_(c.received, c.channel == Channel.ONLINE),
        "received_postal": and_(c.received, c.channel == Channel.POSTAL),
        "received_eligible": c.eligible,
        "received_eligible_online": online,
        "received_eligible_self": and_(online, by_citizen),
        "pending_stopped": and_(c.stopped, c.pending),
        "finished_early": and_(c.finished, c.early),
    }
    for name in GROUPS:
        counts |= {name: c[name], f"{name}_without_due": and_(~c.has_due, c[name])}
        for way in WAYS:
            late = c[f"{way}__late"]
            counts[f"{way}__{name}_late"] = and_(late, c[name])
            counts[f"{way}__{name}_unsound"] = and_(c.unsound, ~late, c[name])
    for way in WAYS:
        counts[f"{way}__to_original"] = and_(c[f"{way}__late_to_original"], c.finished)
    return counts


def tally_of(n: dict[str, int]) -> Tally:
    """Return the tally that the counts of ``conditions_of`` and ``all`` amount to."""
    by_channel = n["received_direct"] + n["received_online"] + n["received_postal"]
    return Tally(
        received=n["received"],
        received_direct=n["received_direct"],
        received_online=n["received_online"],
        received_postal=n["received_postal"],
        received_channel_missing=n["received"] - by_channel,
        received_eligible=n["received_eligible"],
        received_eligible_online=n["received_eligible_online"],
        received_eligible_self=n["received_eligible_self"],
        carried_over=n["all"] - n["received"],
        finished=n["finished"],
        finished_without_due=n["finished_without_due"],
        closed=n["closed"],
        closed_without_due=n["closed_without_due"],
        pending=n["pending"],
        pending_without_due=n["pending_without_due"],
        pending_stopped=n["pending_stopped"],
        by_day=_held(n, "day"),
        by_instant=_held(n, "instant"),
    )


def _held(n: dict[str, int], way: str) -> Timeliness:
    in_time, late, sound = {}, {}, {}
    for name in GROUPS:
        late[name] = n[f"{way}__{name}_late"]
        in_time[name] = n[name] - n[f"{name}_without_due"] - late[name]
        sound[name] = in_time[name] - n[f"{way}__{name}_unsound"]
    return Timeliness(
        finished_early=n["finished_early"],
        finished_on_time=in_time["finished"] - n["finished_early"],
        finished_late=late["finished"],
        finished_late_to_original=n[f"{way}__to_original"],
        closed_in_time=in_time["closed"],
        closed_late=late["closed"],
        pending_in_time=in_time["pending"],
        pending_late=late["pending"],
        sound_finished_in_time=sound["finished"],
        sound_closed_in_time=sound["closed"],
        sound_pending_in_time=sound["pending"],
    )
