"""The communes of the demonstration, who works there and how well they do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from tthc.domain.accounts import Role
from tthc.domain.calendar import WorkingCalendar
from tthc.domain.text import search_form

FIRST_UNITS = ("05128", "05158", "05134", "05191", "05152")
"""The five communes of former Tân Lạc, in the order of their agency codes."""

VOLUMES = {"05128": 6342, "05158": 2744, "05134": 1274, "05191": 2597, "05152": 1539}
"""Dossiers received in 2026 up to 26 September, as the national portal published them."""

PUNCTUALITY = (0.89, 0.965)
ONLINE = (0.62, 0.97)
PROVINCE_SLUG = "phu-tho"
TITLES = ("Xã ", "Phường ")


@dataclass(frozen=True, slots=True)
class Place:
    """A commune as the reference data know it."""

    unit_code: str
    agency_code: str
    name: str
    calendar: WorkingCalendar


@dataclass(frozen=True, slots=True)
class Desk:
    """One commune in the demonstration. Shares are in [0, 1].

    Attributes:
        slug: the name as it stands in user names; no two desks have the same.
        volume: how many dossiers it gets, relative to the others.
        punctuality: share of the results that are ready in time.
        online: share lodged online where the procedure offers it.
        assisted: share of those that staff key in for the citizen.
        digitised: share of the papers that exist as data.
    """

    place: Place
    slug: str
    officers: tuple[str, ...]
    volume: int
    punctuality: float
    online: float
    assisted: float
    digitised: float

    @property
    def reception(self) -> str:
        """User name of the reception."""
        return f"mot-cua.{self.slug}"

    @property
    def manager(self) -> str:
        """User name of the head."""
        return f"lanh-dao.{self.slug}"

    @property
    def chair(self) -> str:
        """User name of the chair of the people's committee."""
        return f"chu-tich.{self.slug}"


@dataclass(frozen=True, slots=True)
class Member:
    """A demonstration user with one role; without a unit, on the whole system."""

    username: str
    display_name: str
    role: Role
    unit_code: str | None


def open_desks(places: Sequence[Place], rng: Random) -> list[Desk]:
    """Return a desk for each place, their habits spread evenly over what is seen in practice."""
    count = len(places)
    punctuality, online = _spread(PUNCTUALITY, count, rng), _spread(ONLINE, count, rng)
    slugs = _slugs(places)
    return [
        Desk(
            place,
            slug,
            tuple(f"can-bo{n}.{slug}" for n in (("", "-2") if index == 0 else ("",))),
            VOLUMES.get(place.unit_code) or rng.randint(1_200, 6_000),
            punctuality[index],
            online[index],
            assisted=rng.uniform(0.35, 0.75),
            digitised=rng.uniform(0.55, 0.95),
        )
        for index, (place, slug) in enumerate(zip(places, slugs, strict=True))
    ]


def _spread(between: tuple[float, float], count: int, rng: Random) -> list[float]:
    low, high = between
    values = [low + (high - low) * (n + 0.5) / count for n in range(count)]
    rng.shuffle(values)
    return values


def _slugs(places: Sequence[Place]) -> list[str]:
    plain = [search_form(_short(place.name)).replace(" ", "-") for place in places]
    times = Counter(plain)
    return [
        slug if times[slug] == 1 and slug != PROVINCE_SLUG else f"{slug}-{place.unit_code}"
        for slug, place in zip(plain, places, strict=True)
    ]


def _short(name: str) -> str:
    return next((name.removeprefix(title) for title in TITLES if name.startswith(title)), name)


def staff_of(desks: Sequence[Desk], province_code: str) -> list[Member]:
    """Return everybody who works in the demonstration."""
    members = [
        Member("quan-tri", "Quản trị hệ thống", Role.ADMINISTRATOR, None),
        Member("quan-tri-2", "Quản trị hệ thống, người duyệt", Role.ADMINISTRATOR, None),
        Member("tich-hop", "Tài khoản tích hợp", Role.INTEGRATOR, None),
        Member(f"lanh-dao.{PROVINCE_SLUG}", "Lãnh đạo tỉnh", Role.PROVINCE_VIEWER, province_code),
    ]
    for desk in desks:
        unit, name = desk.place.unit_code, desk.place.name
        members.append(Member(desk.reception, f"Một cửa {name}", Role.RECEPTION, unit))
        members += [Member(o, f"Cán bộ {name}", Role.OFFICER, unit) for o in desk.officers]
        members.append(Member(desk.manager, f"Lãnh đạo {name}", Role.MANAGER, unit))
        members.append(Member(desk.chair, f"Chủ tịch {name}", Role.CHAIR, unit))
    return members
