"""The swap of 2 January 2026 with 10 January, and those who propose and approve it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from tests import make
from tthc.domain.accounts import Actor, Role
from tthc.domain.decision import Change, DecidedDay, Decision
from tthc.domain.moment import civil_day
from tthc.domain.scope import EVERYTHING, Scope
from tthc.services.campaigns import (
    approve_campaign,
    propose_campaign,
)
from tthc.storage.tables.dossiers import Dossier

ANNOUNCED = datetime(2025, 12, 25, 9, 0, tzinfo=UTC)
"""Thursday 25 December 2025, 16:00 in Viet Nam: the day the Government agreed to the swap."""
APPROVED = ANNOUNCED + timedelta(days=1)
SWAPPED = {"2026-01-02", "2026-01-10"}
SWAP = Decision(
    None,
    "Công văn 12729/VPCP-KGVX (25/12/2025)",
    "24h.com.vn, 26/12/2025",
    (
        DecidedDay(date(2026, 1, 2), Change.OFF, "Nghỉ hoán đổi, làm bù 10/01/2026"),
        DecidedDay(date(2026, 1, 10), Change.MAKE_UP, "Làm bù ngày 02/01/2026"),
    ),
)


def somebody(name: str, scope: Scope = EVERYTHING) -> Actor:
    return Actor(1, name, frozenset({Role.ADMINISTRATOR}), scope)


AN, BINH = somebody("an"), somebody("binh")
MUONG_BI_ONLY = Scope(units=frozenset({make.MUONG_BI}))


def received(session, day: str, **changes) -> Dossier:
    """A guardianship (3 working days) received at 10:00 on a day."""
    at = datetime.fromisoformat(f"{day}T03:00:00+00:00")
    return make.a_dossier(session, now=at, **changes)


def proposed(session, decision=SWAP, actor=AN, now=ANNOUNCED) -> int:
    campaign = propose_campaign(session, decision, actor, now=now).campaign.id
    session.commit()
    return campaign


def approved(session, run, decision=SWAP, now=APPROVED) -> int:
    campaign = proposed(session, decision, now=now)
    run(campaign, now)
    approve_campaign(session, campaign, BINH, None, now=now)
    session.commit()
    run(campaign, now)
    return campaign


def due_on(dossier: Dossier) -> date:
    return civil_day(dossier.due_at)
