"""`letters`: read each citizen's letter before a citizen does."""

from __future__ import annotations

from pathlib import Path

import click

from tthc.cli.context import CommandContext
from tthc.cli.output import answer, json_option
from tthc.domain.letters import SAMPLE, Letter, fill
from tthc.jobs.letters import LETTER_FOLDER, read_letter_rules


@click.command()
@click.argument("name", required=False, type=click.Choice([letter.value for letter in Letter]))
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Another folder of templates than the one in use.",
)
@json_option
@click.pass_obj
def letters(obj: CommandContext, *, name: str | None, folder: Path | None, as_json: bool) -> None:
    """Check every template and show the letters, or one of them, with invented facts.

    Status 1 names the first template that cannot be used. A running relay goes on with the
    words it began with.
    """
    rules = read_letter_rules(folder or obj.root / LETTER_FOLDER)
    wanted = [Letter(name)] if name else list(Letter)
    texts = {letter: fill(rules.templates[letter], SAMPLE) for letter in wanted}
    shown = [f"── {letter} ──\n{text.subject}\n\n{text.body}" for letter, text in texts.items()]
    data = [
        {"letter": letter, "subject": text.subject, "body": text.body}
        for letter, text in texts.items()
    ]
    answer({"letters": data}, shown, as_json=as_json)
