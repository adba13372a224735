"""`iecareer occupation`: occupation codes of job titles."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Annotated

import typer

from iecareer.commands.output import Json, say_json, working

app = typer.Typer(help="Occupations: code job titles.", no_args_is_help=True)


@app.callback()
def _occupation() -> None:
    """Occupations: code job titles."""


@app.command()
def code(
    file: Annotated[Path, typer.Argument(help="CSV file, UTF-8, with the column job_title.")],
    abstain_below: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Leave codes of less confidence empty.")
    ] = 0.0,
    as_json: Json = False,
) -> None:
    """Print the occupation code of each job title with its confidence, as CSV: one row per row of the file.

    confidence_1 … confidence_4 are the probabilities that the code is right down to that level; confidence is that of
    the whole code. The code is empty where the title says nothing. The first use trains the model. Needs no home.
    """
    from iecareer.occupations import COLUMNS, code_titles
    from iecareer.occupations.titles_file import titles_of

    titles = titles_of(file)
    with working("Coding titles", quiet=as_json) as step:
        coded = code_titles(titles, step)
    rows = (
        (title, found.occupation_code if found.confidence >= abstain_below else "", *found[1:])
        for title in titles
        for found in (coded[title],)
    )
    if as_json:
        say_json([dict(zip(COLUMNS, row, strict=True)) for row in rows])
        return
    # Python quotes no carriage return that stands alone, and readers take it for the end of a row.
    is_quoted = any("\r" in title for title in titles)
    writer = csv.writer(
        sys.stdout, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC if is_quoted else csv.QUOTE_MINIMAL
    )
    writer.writerow(COLUMNS)
    writer.writerows(rows)
