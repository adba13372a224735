"""`iecareer run --replay`: repeat a past run and compare the results."""

from __future__ import annotations

from typing import Any

import typer

from iecareer.commands.output import say, say_json, working
from iecareer.errors import IecareerError
from iecareer.settings import home


def replay_run(run_id: str, target: str | None, *, strict: bool, as_json: bool) -> None:
    """Repeat a past run into a separate warehouse and compare its tables with the published ones.

    Raises
    ------
    IecareerError
        When the run cannot be repeated, or, with `strict`, when something it depends on has changed.
    typer.Exit
        When tables differ and no change explains it, or, with `strict`, whenever tables differ.
    """
    from iecareer.nightly import run_nightly
    from iecareer.runs.replay import past_run, replay_report

    past = past_run(run_id, target=target)
    _warn(past.changes, past.notes)
    if strict and past.changes:
        raise IecareerError(
            f"The run '{run_id}' cannot be repeated exactly: {'; '.join(past.changes)}.",
            next_step="Install the version that made the run, or omit '--strict'.",
        )
    with working(f"Replaying {run_id}", quiet=as_json) as show_step:
        report = run_nightly(
            past.pin.as_of, target=target or past.pin.target, replay=run_id, on_begin=show_step
        )
    comparison = replay_report(report.run_id)
    document = {
        "run_id": report.run_id,
        "as_of": past.pin.as_of,
        "is_published": False,
        **comparison,
        "path": str(home() / comparison["path"]),
    }
    say_json(document) if as_json else _say(document)
    is_explained = comparison["changes"] or comparison["notes"]
    if comparison["differing"] and (strict or not is_explained):
        raise typer.Exit(1)


def _warn(changes: tuple[str, ...], notes: tuple[str, ...]) -> None:
    for change in changes:
        typer.echo(f"Warning: the replay differs from the run in what it uses: {change}.", err=True)
    for note in notes:
        typer.echo(f"Note: {note}", err=True)


def _say(document: dict[str, Any]) -> None:
    run_id, differing = document["replays"], document["differing"]
    if not document["is_compared"]:
        say(f"Run {run_id} did not publish anything, so there is nothing to compare the replay with.")
    elif differing:
        for table, what in differing.items():
            typer.echo(f"Differs: {table}: {what}.", err=True)
        say(f"{len(differing)} of {document['n_compared']} tables of run {run_id} differ.")
    else:
        say(f"All {document['n_compared']} tables of run {run_id} are equal.")
    say(f"Replay of run {run_id} as of {document['as_of']}: {document['path']}")
    say(f'Query it: iecareer sql --replay {run_id} "select ..."')
