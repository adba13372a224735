"""Making a past run again, and saying whether it gives what it gave then."""

from __future__ import annotations

from typing import Any

import typer

from iecareer.commands.output import say, say_json, working
from iecareer.errors import IecareerError
from iecareer.settings import home


def replay_run(run_id: str, target: str | None, *, strict: bool, as_json: bool) -> None:
    """Make a past run again beside the published warehouse.

    Raises
    ------
    IecareerError
        When it cannot be made again; with `strict` also when the code that computes is not that of then.
    typer.Exit
        When its tables are not those of then although nothing explains it, or at all with `strict`.
    """
    from iecareer.nightly import run_nightly
    from iecareer.runs.replay import past_run, replay_told

    past = past_run(run_id, target=target)
    _warn(past.changes, past.notes)
    if strict and past.changes:
        raise IecareerError(
            f"The run '{run_id}' would not be made as it was made then: {'; '.join(past.changes)}.",
            next_step="Install the version of then, or leave out '--strict'.",
        )
    with working(f"Replaying {run_id}", quiet=as_json) as tell:
        report = run_nightly(past.pin.as_of, target=target or past.pin.target, replay=run_id, on_begin=tell)
    told = replay_told(report.run_id)
    document = {
        "run_id": report.run_id,
        "as_of": past.pin.as_of,
        "is_published": False,
        **told,
        "path": str(home() / told["path"]),
    }
    say_json(document) if as_json else _say(document)
    is_explained = told["changes"] or told["notes"]
    if told["differing"] and (strict or not is_explained):
        raise typer.Exit(1)


def _warn(changes: tuple[str, ...], notes: tuple[str, ...]) -> None:
    for change in changes:
        typer.echo(f"Warning: this replay is not made as the run was made then: {change}.", err=True)
    for note in notes:
        typer.echo(f"Note: {note}", err=True)


def _say(document: dict[str, Any]) -> None:
    run_id, differing = document["replays"], document["differing"]
    if not document["is_compared"]:
        say(f"Run {run_id} published nothing then, so there is nothing to compare the replay with.")
    elif differing:
        for table, what in differing.items():
            typer.echo(f"Not as then: {table}: {what}.", err=True)
        say(f"{len(differing)} of {document['n_compared']} tables of run {run_id} are not as they were then.")
    else:
        say(f"All {document['n_compared']} tables of run {run_id} are as they were then.")
    say(f"Replay of run {run_id} as of {document['as_of']}: {document['path']}")
    say(f'Look into it: iecareer sql --replay {run_id} "select ..."')
