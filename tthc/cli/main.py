"""The command line: one command for each door."""

from __future__ import annotations

import json
import sys
from typing import Any

import click
from sqlalchemy.exc import OperationalError

from tthc.cli.calendar import calendar
from tthc.cli.deadline import deadline
from tthc.cli.deliver import deliver
from tthc.cli.demo import demo
from tthc.cli.events import events
from tthc.cli.import_ import import_
from tthc.cli.metrics import metrics
from tthc.cli.migrate import migrate
from tthc.cli.sweep import sweep
from tthc.cli.user import user
from tthc.domain.errors import TthcError

FAILED = 1


class Commands(click.Group):
    """All commands. A refusal is told in both languages and ends with status 1."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command and return its exit status."""
        arguments = args[0] if args else kwargs.pop("args", None) or sys.argv[1:]
        try:
            return super().main(arguments, **kwargs | {"standalone_mode": False}) or 0
        except TthcError as error:
            _refuse(error, as_json="--json" in arguments)
        except OperationalError as error:
            click.echo(f"Không kết nối được cơ sở dữ liệu · no database: {error.orig}", err=True)
        except click.ClickException as error:
            error.show()
            return error.exit_code
        except click.Abort:
            click.echo("Đã hủy · aborted", err=True)
        return FAILED


def _refuse(error: TthcError, *, as_json: bool) -> None:
    if as_json:
        told = {"code": error.code, "detail": error.vi, "detail_en": error.en} | error.details
        click.echo(json.dumps({"error": told}, ensure_ascii=False))
    else:
        click.echo(f"{error.vi}\n{error.en} [{error.code}]", err=True)


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
    metrics,
    deadline,
    calendar,
    demo,
    events,
    user,
)

for command in COMMANDS:
    main.add_command(command)
