"""Who hears of a dossier: the audience of a rung, or the next one up when nobody is there."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Step(StrEnum):
    """One step of the way up, lowest first."""

    RECEPTION = "reception"
    OFFICER = "officer"
    MANAGER = "manager"
    CHAIR = "chair"
    PROVINCE = "province"


_WAY_UP = tuple(Step)
_MEANT_BY = {
    "reception": Step.RECEPTION,
    "officer": Step.OFFICER,
    "manager": Step.MANAGER,
    "chair": Step.CHAIR,
    "province": Step.PROVINCE,
}
"""Choice: docs/decisions/recipients.md."""

_HEIGHT = {word: place for place, word in enumerate(_MEANT_BY)}

NO_RECIPIENT = "no_recipient"
"""Why a delivery is parked that is the mark of an alert nobody hears."""


def height(audience: tuple[str, ...]) -> int:
    """Return how high an audience reaches, from reception to province; -1 without anybody.

    It is that of the post, whoever hears in its place.
    """
    return max((_HEIGHT.get(word, _HEIGHT["province"]) for word in audience), default=-1)


def choose_recipients(
    audience: tuple[str, ...], found: Mapping[Step, frozenset[int]]
) -> frozenset[int]:
    """Return the users who hear of an alert, from who was ``found`` on each step.

    When nobody of the audience is there, those of the next step up are meant, so that a
    vacant post hides no late dossier. Empty when there is nobody on the whole way up. A word
    of the audience that is not known means the province.
    """
    meant = {_MEANT_BY.get(word, Step.PROVINCE) for word in audience}
    told = frozenset[int]().union(*(found.get(step, frozenset()) for step in meant))
    highest = max((_WAY_UP.index(step) for step in meant), default=-1)
    for step in _WAY_UP[highest + 1 :]:
        told = told or found.get(step, frozenset())
    return told
