"""Everything the application can refuse, as exceptions with stable codes.

The doors turn a family into a status in one table each (``tthc/serving/errors.py`` for HTTP);
nothing below them knows about HTTP. Messages come in Vietnamese with English beside.
"""

from __future__ import annotations

from typing import ClassVar


class TthcError(Exception):
    """Root of all expected refusals. ``code`` is part of the public contract.

    ``details`` name the offending things (field, rule, limit) and hold no personal data.
    """

    code: ClassVar[str] = "refused"

    def __init__(self, vi: str, en: str, **details: str) -> None:
        super().__init__(en)
        self.vi = vi
        self.en = en
        self.details = details


class NotFoundError(TthcError):
    """The thing named by the caller does not exist, or is not the caller's to see."""

    code = "not_found"


class ConflictError(TthcError):
    """The request is well formed but the current state forbids it."""

    code = "conflict"


class RuleError(TthcError):
    """A rule of the procedure refuses the request."""

    code = "rule_violated"


class AuthenticationError(TthcError):
    """Nobody is signed in, or the proof of identity is not valid."""

    code = "not_authenticated"


class ForbiddenError(TthcError):
    """The caller is known but may not do this."""

    code = "forbidden"


class PreconditionMissingError(TthcError):
    """A change came without saying which version it was made on."""

    code = "precondition_required"


class StaleError(TthcError):
    """The thing changed since the caller read it."""

    code = "stale_version"


class TooManyError(TthcError):
    """The caller must wait ``retry_after`` seconds."""

    code = "too_many_requests"

    def __init__(self, vi: str, en: str, *, retry_after: int) -> None:
        super().__init__(vi, en)
        self.retry_after = retry_after


class NotReadyError(TthcError):
    """The installation lacks something; an operator, not the caller, must act."""

    code = "not_ready"


class TransitionRefusedError(ConflictError):
    """The action is not allowed from the dossier's current status."""

    code = "transition_refused"


class CalendarGapError(NotReadyError):
    """A date falls in a year for which no official calendar is loaded."""

    code = "calendar_gap"
