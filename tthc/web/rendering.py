"""From values to HTML: what every template finds beside its own values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from flask import render_template, request

from tthc.domain.accounts import PERMISSIONS, Account, Permission
from tthc.domain.moment import local
from tthc.serving.context import Call
from tthc.web.assets import asset_address
from tthc.web.texts import LANGUAGES, Texts
from tthc.web.visitors import page_behind, visitor_of

NOT_KNOWN = "—"


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds a page: its language, who looks at it, and the token of its forms."""

    texts: Texts
    account: Account | None
    token: str
    here: str
    is_fragment: bool

    @property
    def lang(self) -> str:
        """The language of the page, as HTML names it."""
        return self.texts.lang

    @property
    def other_lang(self) -> str:
        """The language that can be switched to."""
        return next(lang for lang in LANGUAGES if lang != self.lang)

    def may(self, permission: str) -> bool:
        """Say whether any role of the reader gives a permission."""
        grants = self.account.grants if self.account else ()
        return any(Permission(permission) in PERMISSIONS[grant.role] for grant in grants)


def render(template: str, call: Call | None, **values: Any) -> str:
    """Return the page; ``call`` is None where nobody needs to be signed in."""
    visitor = visitor_of(request)
    frame = Frame(
        visitor.texts,
        call.account if call else None,
        values.pop("token", visitor.form_token),
        page_behind(request) or "/",
        "HX-Request" in request.headers,
    )
    return render_template(
        template,
        frame=frame,
        t=visitor.texts,
        asset=asset_address,
        **values,
    )


def choices(kind: type[Enum], table: str) -> list[tuple[str, str]]:
    """Return the members of an enumeration by value, named by a table of the texts."""
    texts = visitor_of(request).texts
    return [(str(member.value), texts(f"{table}.{member.name.lower()}")) for member in kind]


def clock(moment: datetime | None) -> str:
    """Return an instant as staff write it: ``14:05 23/11/2026``."""
    return f"{local(moment):%H:%M %d/%m/%Y}" if moment else NOT_KNOWN


def day(value: date | None) -> str:
    """Return a day as staff write it: ``23/11/2026``."""
    return f"{value:%d/%m/%Y}" if value else NOT_KNOWN


def grouped(number: int) -> str:
    """Return a whole number with its thousands apart, as written in Viet Nam: ``1.234``."""
    return f"{number:,}".replace(",", ".")


def percent(value: float | None) -> str:
    """Return a rate as a percentage with two decimals and a comma; nothing counted is a dash."""
    return NOT_KNOWN if value is None else f"{value * 100:.2f}%".replace(".", ",")


FILTERS = {"clock": clock, "day": day, "grouped": grouped, "percent": percent}
