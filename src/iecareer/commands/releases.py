"""Commands for releases: freeze one, verify one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from iecareer.commands.output import Json, say, say_json, working


def add_to(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command()(release)
    app.command()(verify)


def release(
    label: Annotated[
        str | None, typer.Option(help="Name of the release; default: its date and number.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Release the published feedback: write one folder per college that never changes again."""
    from iecareer.feedback import release as freeze

    with working("Releasing", quiet=as_json):
        folder = freeze(label)
    say_json({"folder": str(folder)}) if as_json else say(f"Released: {folder}")


def verify(
    folder: Annotated[Path, typer.Argument(help="Folder of a release, or of one college within it.")],
    as_json: Json = False,
) -> None:
    """Check that no file of a release was changed, added or removed."""
    from iecareer.feedback import verify as problems_of

    problems = problems_of(folder)
    if as_json:
        say_json({"folder": str(folder), "is_intact": not problems, "problems": problems})
    else:
        say("\n".join(problems) if problems else f"{folder}: all files are unchanged since the release.")
    if problems:
        raise typer.Exit(1)
