"""What differs between machines, read once from the environment and then passed down."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal, cast

Mode = Literal["trial", "production"]

NAMES = (
    "DATABASE_URL",
    "REDIS_URL",
    "SMTP_URL",
    "NOTIFY_URLS",
    "SECRET_KEY",
    "TTHC_ENV",
    "TTHC_HOME",
    "TTHC_CLOCK",
    "TTHC_SPOILED_PERCENT",
    "TTHC_AUDIT",
    "TTHC_ANCHOR_MAIL",
    "TTHC_FORMS",
)
TRIAL_SECRET_KEY = "trial-only-key-that-production-refuses"  # noqa: S105 - it is no secret

_PROJECT = Path(__file__).resolve().parent.parent
_SHORTEST_SECRET = 32
_FEWEST_CHARACTERS = 8
_KNOWN_SECRETS = re.compile(r"(?i)^(trial|change.?me|secret|example|default|your)")
_CLOCK = re.compile(r"offset:(?P<sign>[+-])(?P<count>[0-9]{1,6})(?P<unit>[dhm])")
_PERCENT, _WHOLE = re.compile(r"[0-9]{1,3}(\.[0-9]{1,2})?"), 100
_UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}
_FARTHEST = timedelta(days=3660)
_CHANNEL = re.compile(
    r"(?P<name>[a-z][a-z0-9_]{1,19})=(?P<url>[a-z][a-z0-9+.-]{1,39}://\S+)", re.ASCII
)
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+", re.ASCII)
_TARGET = "{target}"
_OWN_CHANNELS = frozenset({"mail", "webhook"})
_SCHEMES = {
    "DATABASE_URL": ("postgresql+psycopg", "postgresql", "postgres"),
    "REDIS_URL": ("redis", "rediss", "unix", "redis+socket"),
    "SMTP_URL": ("smtp", "smtps", "file"),
}


class SettingsError(ValueError):
    """A setting is missing or unsafe; `variable` names it."""

    def __init__(self, variable: str, message: str) -> None:
        super().__init__(f"{variable} {message}")
        self.variable = variable


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process; secrets and addresses stay out of its printed form."""

    environment: Mode
    database_url: str | None = field(repr=False)
    redis_url: str | None = field(repr=False)
    smtp_url: str | None = field(repr=False)
    notify_urls: Mapping[str, str] = field(repr=False)
    secret_key: str = field(repr=False)
    home: Path
    clock_offset: timedelta
    most_spoiled: float
    audit: Path
    anchor_mail: str | None
    form_folder: Path | None = None

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """Read the settings from environment variables; an empty one counts as absent.

        A relative TTHC_HOME counts from the project folder, whatever the present folder.
        Raises SettingsError for a value that cannot be read and, in production, for one that
        is missing or unsafe.
        """
        given = {name: environ.get(name, "").strip() for name in NAMES}
        home = _PROJECT / Path(given["TTHC_HOME"] or "var").expanduser()
        audit = Path(given["TTHC_AUDIT"]).expanduser() if given["TTHC_AUDIT"] else home / "audit"
        settings = cls(
            environment=_mode(given["TTHC_ENV"]),
            database_url=_url(given, "DATABASE_URL"),
            redis_url=_url(given, "REDIS_URL"),
            smtp_url=_url(given, "SMTP_URL"),
            notify_urls=parse_channels(given["NOTIFY_URLS"]),
            secret_key=given["SECRET_KEY"] or TRIAL_SECRET_KEY,
            home=home,
            clock_offset=parse_clock(given["TTHC_CLOCK"]),
            most_spoiled=parse_percent("TTHC_SPOILED_PERCENT", given, default="2") / 100,
            audit=_PROJECT / audit,
            anchor_mail=_address("TTHC_ANCHOR_MAIL", given),
            form_folder=_folder(given["TTHC_FORMS"]),
        )
        if settings.environment == "production":
            _refuse_unsafe(settings)
        return settings

    @property
    def is_production(self) -> bool:
        """Tell whether real dossiers are kept here."""
        return self.environment == "production"


def parse_clock(text: str) -> timedelta:
    """Read TTHC_CLOCK: `system` (or nothing) or an offset such as `offset:+3d`, `-2h`, `+40m`.

    At most ten years either way. Raises SettingsError otherwise.
    """
    if text in {"", "system"}:
        return timedelta()
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise SettingsError("TTHC_CLOCK", "must be `system` or like `offset:+3d` (d, h or m).")
    offset = int(found["count"]) * _UNITS[found["unit"]]
    if offset > _FARTHEST:
        raise SettingsError("TTHC_CLOCK", "must stay within ten years.")
    return -offset if found["sign"] == "-" else offset


def parse_percent(name: str, given: Mapping[str, str], *, default: str) -> float:
    """Read a percentage from 0 to 100 with at most two decimals, as `2` or `0.5`.

    Raises SettingsError otherwise.
    """
    text = given[name] or default
    if not _PERCENT.fullmatch(text) or float(text) > _WHOLE:
        raise SettingsError(name, "must be a percentage from 0 to 100, such as `2` or `0.5`.")
    return float(text)


def parse_channels(text: str) -> dict[str, str]:
    """Read NOTIFY_URLS: ``name=address`` of each channel, separated by spaces.

    An address has ``{target}`` once, where a person's own goes, such as
    ``telegram=tgram://BOT_TOKEN/{target}``. Raises SettingsError without quoting one.
    """
    found: dict[str, str] = {}
    for number, entry in enumerate(text.split(), start=1):
        parts = _CHANNEL.fullmatch(entry)
        if parts is None or parts["url"].count(_TARGET) != 1:
            rule = f"entry {number} must be like `name=scheme://…/{_TARGET}`."
            raise SettingsError("NOTIFY_URLS", rule)
        if parts["name"] in _OWN_CHANNELS | found.keys():
            raise SettingsError("NOTIFY_URLS", f"entry {number} has a name that is taken.")
        found[parts["name"]] = parts["url"]
    return found


def _mode(text: str) -> Mode:
    if text not in {"", "trial", "production"}:
        raise SettingsError("TTHC_ENV", "must be `trial` or `production`.")
    return cast("Mode", text or "trial")


def _folder(text: str) -> Path | None:
    """Read a folder that must be there; a relative one counts from the project folder."""
    if not text:
        return None
    folder = _PROJECT / Path(text).expanduser()
    if not folder.is_dir():
        raise SettingsError("TTHC_FORMS", "must be a folder that exists.")
    return folder


def _url(given: Mapping[str, str], name: str) -> str | None:
    """Check the scheme of an address; PostgreSQL's is spelt out with its driver."""
    text = given[name]
    if not text:
        return None
    scheme, colon, rest = text.partition("://")
    allowed = _SCHEMES[name]
    if not colon or scheme not in allowed:
        raise SettingsError(name, f"must begin with one of: {', '.join(allowed)}.")
    return f"{allowed[0]}://{rest}" if name == "DATABASE_URL" else text


def _address(name: str, given: Mapping[str, str]) -> str | None:
    text = given[name]
    if text and not _ADDRESS.fullmatch(text):
        raise SettingsError(name, "must be an e-mail address.")
    return text or None


def _refuse_unsafe(settings: Settings) -> None:
    for name, value in (
        ("DATABASE_URL", settings.database_url),
        ("REDIS_URL", settings.redis_url),
    ):
        if value is None:
            raise SettingsError(name, "must be set in production: nothing embedded starts there.")
    secret = settings.secret_key
    if _KNOWN_SECRETS.match(secret):
        raise SettingsError("SECRET_KEY", "must be set in production, to a value of its own.")
    if len(secret) < _SHORTEST_SECRET or len(set(secret)) < _FEWEST_CHARACTERS:
        raise SettingsError(
            "SECRET_KEY", f"must have {_SHORTEST_SECRET} random characters or more."
        )
    if settings.clock_offset:
        raise SettingsError("TTHC_CLOCK", "must be `system` in production.")
