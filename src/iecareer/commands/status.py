"""`iecareer status`: the published run, stopped deliveries, warnings, overdue and retired sources."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Any

import duckdb
import typer

from iecareer.clock import today
from iecareer.commands.check_findings import say_stopped, say_warned, stopped, warned
from iecareer.commands.inbox_files import inbox_names, some_of
from iecareer.commands.output import Json, say, say_json


def add_to(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(status)


def status(as_json: Json = False) -> None:
    """Show the published run, stopped deliveries and warnings, and the source that limits the last observed month."""
    from iecareer.lake.freshness import source_states
    from iecareer.lake.manifest import current_deliveries
    from iecareer.landing import untaken

    deliveries, retired = current_deliveries(today())
    silent = [asdict(state) for state in source_states(deliveries, retired, today()) if state.is_silent]
    document = {
        "published": _published(),
        "observed_through": _observed_through(deliveries, retired),
        "n_deliveries": len(deliveries),
        "verdicts": dict(Counter(d.verdict or "not judged" for d in deliveries)),
        "stopped": stopped(deliveries),
        "warned": warned(deliveries),
        "withdrawn": [d.delivery_id for d in deliveries if d.decision == "withdraw"],
        "retired": retired,
        "silent": silent,
        "drifted": _drifted(deliveries),
        "untaken": inbox_names(untaken()),
    }
    say_json(document) if as_json else _say_status(document)


def _published() -> dict[str, Any] | None:
    from iecareer.runs.publish import published_path

    if not published_path().exists():
        return None
    with duckdb.connect(str(published_path()), read_only=True) as connection:
        cursor = connection.execute("select * from checks.run")
        names = [column[0] for column in cursor.description or []]
        return dict(zip(names, cursor.fetchall()[0], strict=True))


def _observed_through(deliveries: list[Any], retired: list[str]) -> dict[str, Any] | None:
    """The last month that every source covers, and the source that limits it."""
    newest: dict[str, str] = {}
    for delivery in deliveries:
        if (
            delivery.record_type == "employment_month"
            and delivery.is_accepted
            and delivery.source_id not in retired
        ):
            for part in delivery.parts:
                newest[delivery.source_id] = max(newest.get(delivery.source_id, ""), part.period)
    if not newest:
        return None
    source = min(newest, key=lambda name: (newest[name], name))
    return {"month": newest[source], "held_by": source}


def _drifted(deliveries: list[Any]) -> list[dict[str, Any]]:
    """The newest delivery of each source and record type whose headers changed."""
    newest = {
        (d.source_id, d.record_type): d for d in deliveries if d.decision != "withdraw" and not d.is_replay
    }
    names = ("source_id", "record_type", "delivery_id", "new_columns", "missing_columns")
    return [
        {name: getattr(d, name) for name in names}
        for d in newest.values()
        if d.new_columns or d.missing_columns
    ]


def _say_status(document: dict[str, Any]) -> None:
    published, observed = document["published"], document["observed_through"]
    if published:
        say(
            f"Published: run {published['run_id']} as of {published['as_of']}, at {published['published_at']}"
        )
    else:
        say("Nothing is published yet.")
    if observed:
        say(
            f"Employment is observed through {observed['month']}, the newest month of the source {observed['held_by']}."
        )
    counted = ", ".join(f"{verdict} {n}" for verdict, n in document["verdicts"].items())
    say(f"Deliveries: {document['n_deliveries']} ({counted})")
    say_stopped(document["stopped"])
    say_warned(document["warned"])
    for drift in document["drifted"]:
        new, missing = ", ".join(drift["new_columns"]), ", ".join(drift["missing_columns"])
        changes = "; ".join(
            f"{what} {names}" for what, names in (("new", new), ("missing", missing)) if names
        )
        say(f"Headers changed: {drift['source_id']}/{drift['record_type']}: {changes}")
    for state in document["silent"]:
        say(
            f"Overdue: {state['source_id']}, last delivery on {state['last_received_on']}, "
            f"due by {state['expected_by']}"
        )
    if document["untaken"]:
        say(f"Not taken, because no source's contract fits them: {some_of(document['untaken'])}")
    if document["retired"]:
        say(f"Retired: {', '.join(document['retired'])}")
