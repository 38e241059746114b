"""Every table. Importing this room registers them all on one metadata."""

from __future__ import annotations

from tthc.storage.base import Base
from tthc.storage.tables import (
    absences,
    accounts,
    alerts,
    answers,
    audit,
    calendars,
    campaigns,
    channel_tokens,
    closings,
    contact_points,
    dossiers,
    forms,
    idempotency,
    imports,
    look_up,
    notices,
    reference,
    reported,
    satisfaction,
    stages,
    webhooks,
)

MODULES = (
    *(reference, calendars, accounts, absences, dossiers, campaigns, stages, alerts, answers),
    *(notices, webhooks, contact_points, channel_tokens, closings, imports, idempotency),
    *(look_up, satisfaction, reported, audit, forms),
)
METADATA = Base.metadata
