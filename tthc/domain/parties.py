"""The persons and organisations of a dossier, and how they are shown without being told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from tthc.domain.errors import RuleError


class PartyRole(StrEnum):
    """Who somebody is in a dossier: the one who lodges it, or the one it belongs to."""

    APPLICANT = "applicant"
    OWNER = "owner"


class SubjectKind(IntEnum):
    """LoaiDoiTuong of the national portal."""

    CITIZEN = 1
    BUSINESS = 2
    STATE_BODY = 3
    ORGANISATION = 4


class IdentityKind(IntEnum):
    """LoaiDinhDanh of the national portal."""

    PERSONAL_ID = 1
    OLD_ID_CARD = 2
    TAX_CODE = 3


class NotifyBy(StrEnum):
    """How the applicant wants to hear of a dossier. Only what can be sent is offered."""

    EMAIL = "email"
    NONE = "none"


class ContactMissingError(RuleError):
    """Notices by e-mail are wanted, and there is no address."""

    code = "contact_missing"


@dataclass(frozen=True, slots=True)
class Person:
    """A citizen or organisation as written down at the desk. ``name`` is NFC."""

    name: str
    subject_kind: SubjectKind = SubjectKind.CITIZEN
    identity_kind: IdentityKind | None = None
    identity_number: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """Where the applicant is written to, and whether. ``email`` never leaves ``parties``."""

    email: str | None
    notify_by: NotifyBy


def make_contact(email: str | None, wanted: NotifyBy | None) -> Contact:
    """Return a contact; who gave an address and said nothing wants to be told.

    Raises:
        ContactMissingError: e-mail is wanted and no address was given.
    """
    if wanted is NotifyBy.EMAIL and email is None:
        raise ContactMissingError(
            "Muốn nhận thông báo qua thư điện tử thì phải có địa chỉ của người nộp.",
            "notices by e-mail need the applicant's address",
            field="notify_by",
        )
    return Contact(email, wanted or (NotifyBy.EMAIL if email else NotifyBy.NONE))


def mask_email(email: str | None) -> str | None:
    """Return an address with only its first character and its domain shown."""
    if email is None:
        return None
    name, _, domain = email.rpartition("@")
    return f"{name[:1]}•••@{domain}"


def mask_number(number: str | None) -> str | None:
    """Return ``number`` with all but its last three characters hidden; short ones whole hidden."""
    if number is None:
        return None
    shown = number[-3:] if len(number) > 5 else ""  # noqa: PLR2004 - shorter would be guessed
    return "•" * (len(number) - len(shown)) + shown


def mask_name(name: str) -> str:
    """Return the initials of all words but the last: ``Nguyễn Thị Ánh`` is ``N. T. Ánh``."""
    *first, last = name.split() or [""]
    return " ".join([*(f"{word[0]}." for word in first), last])
