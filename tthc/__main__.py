"""`python3 -m tthc`: one way in, with nothing but Python at hand.

Only the standard library is imported until the virtual environment has been entered.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.settings import Settings
    from tthc.launch.context import Launch

_OLDEST_PYTHON = (3, 11)
_ROOT = Path(__file__).resolve().parent.parent
_FAILED, _WRONG_USE, _INTERRUPTED = 1, 2, 130


def main(arguments: list[str], environ: Mapping[str, str]) -> int:
    """Enter the virtual environment, then run the command; the exit status."""
    if sys.version_info < _OLDEST_PYTHON:
        here = ".".join(map(str, sys.version_info[:3]))
        sys.stderr.write(f"Python 3.11 or newer is needed; this is {here} ({sys.executable}).\n")
        return _WRONG_USE
    from config.settings import SettingsError  # noqa: PLC0415 - needs a Python new enough
    from tthc.launch.errors import LaunchError, error_document  # noqa: PLC0415 - as above

    try:
        return _run(arguments, environ)
    except LaunchError as error:
        status, code, vi, en = _FAILED, "launch_failed", "Không khởi động được.", f"{error}"
    except SettingsError as error:
        status, code, vi, en = _WRONG_USE, "settings_invalid", "Thiết lập sai.", f"{error}"
    except KeyboardInterrupt:
        return _INTERRUPTED
    if "--json" in arguments:
        sys.stdout.write(f"{error_document(code, vi, en)}\n")
    else:
        sys.stderr.write(f"\n{en}\n")
    return status


def _run(arguments: list[str], environ: Mapping[str, str]) -> int:
    from tthc.launch.environment import Environment, enter  # noqa: PLC0415 - as above

    enter(Environment(_ROOT), arguments, environ)
    from config.settings import NAMES, Settings  # noqa: PLC0415 - as above
    from tthc.launch import checking, testing, up  # noqa: PLC0415 - as above

    command, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if command in {"test", "check"}:
        bare = {name: value for name, value in environ.items() if name not in NAMES}
        run = testing.run_tests if command == "test" else checking.run_checks
        return run(_ROOT, bare, rest)
    options = up.parse_options(rest) if command == "up" else None
    settings = Settings.from_env(environ)
    if options:
        return up.up(_launch_values(settings, environ), options)
    return _command_line(arguments, settings, environ)


def _command_line(arguments: list[str], settings: Settings, environ: Mapping[str, str]) -> int:
    """Run a click command; it needs the packages that are there by now."""
    from config.clock import make_clock  # noqa: PLC0415 - needs the packages
    from config.logging import configure  # noqa: PLC0415 - needs the packages
    from tthc.cli.context import CommandContext  # noqa: PLC0415 - needs the packages
    from tthc.cli.main import main as command_line  # noqa: PLC0415 - needs the packages
    from tthc.domain.closing import Gate  # noqa: PLC0415 - needs the packages

    configure("WARNING")
    values = _launch_values(settings, environ)
    context = CommandContext(
        environment=values.environment,
        database_url=values.database_url,
        redis_url=values.redis_url,
        smtp_url=values.smtp_url if settings.is_production else values.mail_url,
        notify_urls=settings.notify_urls,
        secret_key=values.secret_key,
        home=values.home,
        root=values.root,
        clock=make_clock(settings.clock_offset),
        gate=Gate(settings.most_spoiled),
        audit=settings.audit,
        anchor_mail=settings.anchor_mail,
    )
    status = command_line.main(arguments, prog_name="python3 -m tthc", obj=context)
    return int(status or 0)


def _launch_values(settings: Settings, environ: Mapping[str, str]) -> Launch:
    from tthc.launch.context import Launch  # noqa: PLC0415 - needs a Python new enough

    return Launch(
        root=_ROOT,
        python=sys.executable,
        home=settings.home,
        environment=settings.environment,
        database_url=settings.database_url,
        redis_url=settings.redis_url,
        smtp_url=settings.smtp_url,
        secret_key=_secret_key(settings, environ),
        clock=environ.get("TTHC_CLOCK", "").strip(),
        inherited=environ,
    )


def _secret_key(settings: Settings, environ: Mapping[str, str]) -> str:
    """The configured key; in a trial without one, a random one kept in the home folder."""
    from tthc.launch.places import ensure_home, kept_secret  # noqa: PLC0415 - as above

    if environ.get("SECRET_KEY", "").strip():
        return settings.secret_key
    return kept_secret(ensure_home(settings.home) / "secrets" / "secret_key")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
