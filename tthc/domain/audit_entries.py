"""What is kept for ever besides the events of dossiers: who came in, who may what, what left."""

from __future__ import annotations

from enum import StrEnum


class AuditAction(StrEnum):
    """What happened. An attempt to sign in that no ``signed_in`` follows was refused."""

    SIGN_IN_TRIED = "sign_in_tried"
    SIGNED_IN = "signed_in"
    USER_ADDED = "user_added"
    USER_DISABLED = "user_disabled"
    USER_ENABLED = "user_enabled"
    PASSWORD_SET = "password_set"  # noqa: S105 - it is none
    ROLE_GRANTED = "role_granted"
    ROLE_REVOKED = "role_revoked"
    REFERENCE_LOADED = "reference_loaded"
    CALENDAR_APPROVED = "calendar_approved"
    CLOSING_PROPOSED = "closing_proposed"
    CLOSING_WITHDRAWN = "closing_withdrawn"
    PERIOD_CLOSED = "period_closed"
    PERIOD_RESTATED = "period_restated"
    EVIDENCE_PACKED = "evidence_packed"
    REPORT_FETCHED = "report_fetched"
    EVENTS_EXPORTED = "events_exported"
    AUDIT_EXPORTED = "audit_exported"
