"""`iecareer skill`: find the skills that texts demand."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Annotated

import typer

from iecareer.commands.output import Json, say_json

app = typer.Typer(help="Skills: find those that advertisements demand.", no_args_is_help=True)


@app.callback()
def _skill() -> None:
    """Skills: find those that advertisements demand."""


@app.command()
def find(
    file: Annotated[Path, typer.Argument(help="CSV file, UTF-8, with the columns id and text.")],
    vocabulary: Annotated[
        Path | None, typer.Option(help="Vocabulary to use; default: the one of this version.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Print the skills that each text demands, as CSV: each skill once per text, at its first place. Needs no home."""
    from iecareer.skills import matcher
    from iecareer.skills.find import COLUMNS, find_in_file
    from iecareer.skills.vocabulary import VOCABULARY_FILE

    found = list(find_in_file(file, matcher(vocabulary or VOCABULARY_FILE)))
    if as_json:
        say_json(found)
        return
    writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(found)
