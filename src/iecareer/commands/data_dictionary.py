"""`iecareer docs`: one HTML page that documents every dbt model and column."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from iecareer.commands.output import Json, say, say_json, working

_DEFAULT = Path("iecareer-models.html")


def add_to(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(docs)


def docs(
    path: Annotated[Path, typer.Argument(help="File to write.")] = _DEFAULT, as_json: Json = False
) -> None:
    """Write one HTML page that describes every model and column. It needs no network."""
    from iecareer.transform.pages import write_models_page

    with working("Writing the page", quiet=as_json):
        n_models = write_models_page(path.absolute())
    if as_json:
        say_json({"path": str(path.absolute()), "n_models": n_models})
    else:
        say(f"{path} describes {n_models} models.")
