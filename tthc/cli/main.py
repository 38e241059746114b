"""The command line: one command for each door."""

from __future__ import annotations

import sys
from typing import Any

import click
from sqlalchemy.exc import OperationalError

from tthc.cli.absence import absence
from tthc.cli.audit import audit
from tthc.cli.calendar import calendar
from tthc.cli.channel import channel
from tthc.cli.closing import closing
from tthc.cli.contact import contact
from tthc.cli.deadline import deadline
from tthc.cli.deliver import deliver
from tthc.cli.demo import demo
from tthc.cli.events import events
from tthc.cli.evidence import evidence
from tthc.cli.figure import figure
from tthc.cli.import_ import import_
from tthc.cli.letters import letters
from tthc.cli.metrics import metrics
from tthc.cli.migrate import migrate
from tthc.cli.output import DONE, FAILED
from tthc.cli.par_index import par_index
from tthc.cli.quality import quality
from tthc.cli.report import layouts, report
from tthc.cli.score import score
from tthc.cli.series import series
from tthc.cli.sweep import sweep
from tthc.cli.user import user
from tthc.cli.webhook import webhook
from tthc.domain.errors import TthcError
from tthc.launch.errors import error_document


class Commands(click.Group):
    """All commands. A refusal is told in both languages and ends with status 1, wrong use with 2.

    With ``--json`` whatever goes wrong is one JSON document on standard output.
    """

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command and return its exit status."""
        arguments = args[0] if args else kwargs.pop("args", None) or sys.argv[1:]
        try:
            return super().main(arguments, **kwargs | {"standalone_mode": False}) or DONE
        except (TthcError, OperationalError, click.ClickException, click.Abort) as error:
            return _refuse_as_json(error) if "--json" in arguments else _refuse(error)


def _refuse(error: Exception) -> int:
    if isinstance(error, click.ClickException):
        error.show()
        return error.exit_code
    code, vi, en, _ = _told(error)
    click.echo(f"{vi}\n{en} [{code}]", err=True)
    return FAILED


def _refuse_as_json(error: Exception) -> int:
    code, vi, en, details = _told(error)
    click.echo(error_document(code, vi, en, **details))
    return error.exit_code if isinstance(error, click.ClickException) else FAILED


def _told(error: Exception) -> tuple[str, str, str, dict[str, str]]:
    """Return code, Vietnamese and English of what went wrong, and what else is known of it."""
    if isinstance(error, TthcError):
        return error.code, error.vi, error.en, error.details
    if isinstance(error, OperationalError):
        en = f"the database cannot be reached: {error.orig}".strip()
        return "database_unavailable", "Không kết nối được cơ sở dữ liệu.", en, {}
    if isinstance(error, click.ClickException):
        en = error.format_message()
        return "usage_invalid", "Dùng lệnh không đúng; xem --help.", en, {}
    return "aborted", "Đã hủy.", "aborted", {}


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Follow every dossier of a one-stop shop from receipt to return.

    Besides the commands below: `up` starts everything, `test` runs the test suite, `check`
    the linters.
    """


COMMANDS: tuple[click.Command, ...] = (
    migrate,
    import_,
    sweep,
    deliver,
    letters,
    metrics,
    series,
    score,
    figure,
    par_index,
    deadline,
    calendar,
    demo,
    events,
    evidence,
    quality,
    closing,
    audit,
    report,
    layouts,
    user,
    absence,
    webhook,
    contact,
    channel,
)

for command in COMMANDS:
    main.add_command(command)
