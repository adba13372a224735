"""`iecareer sql`: read-only queries on the published warehouse or on a replay."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import duckdb
import typer

from iecareer.commands.output import Json, say_json, say_table
from iecareer.errors import IecareerError


def add_to(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(sql)


def sql(
    query: Annotated[str, typer.Argument(help="A SELECT on the published warehouse.")],
    replay: Annotated[
        str | None, typer.Option(help="Query the replay of this run instead of the published warehouse.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Query the published warehouse, read-only."""
    path = _readable(replay)
    settings: dict[str, str | bool | int | float | list[str]] = {
        "enable_external_access": "false",
        "lock_configuration": "true",
    }
    try:
        with duckdb.connect(str(path), read_only=True, config=settings) as connection:
            cursor = connection.execute(query)
            names = [column[0] for column in cursor.description or []]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    except duckdb.Error as error:
        raise IecareerError(
            str(error).splitlines()[0], next_step="See 'iecareer sql \"show all tables\"'."
        ) from None
    say_json(rows) if as_json else say_table(rows, names)


def _readable(replay: str | None) -> Path:
    from iecareer.runs.publish import published_path
    from iecareer.runs.replay import replay_path

    if replay is None:
        if not published_path().exists():
            raise IecareerError("Nothing is published yet.", next_step="Run 'iecareer run'.")
        return published_path()
    if replay != Path(replay).name or not replay_path(replay).exists():
        raise IecareerError(
            f"There is no replay of a run '{replay}'.",
            next_step="Make one with 'iecareer run --replay RUN_ID'.",
        )
    return replay_path(replay)
