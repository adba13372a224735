"""Commands for deliveries: list, accept a stopped one, withdraw one."""

from __future__ import annotations

from typing import Annotated

import typer

from iecareer.clock import today
from iecareer.commands.check_findings import findings, say_stopped, say_warned, stopped, warned
from iecareer.commands.output import Json, counts, day, refuse_empty, say, say_json, say_table

app = typer.Typer(help="Deliveries: what was received, and whether it counts.", no_args_is_help=True)
_COLUMNS = (
    "delivery_id",
    "source_id",
    "record_type",
    "received_on",
    "n_rows",
    "n_in",
    "n_loaded",
    "n_superseded",
    "n_conflicting",
    "n_left_out",
    "n_quarantined",
    "emptied",
    "verdict",
    "decision",
    "is_replay",
    "new_columns",
    "missing_columns",
)
Delivery = Annotated[str, typer.Argument(help="Delivery id, or the beginning of one.")]
Reason = Annotated[str, typer.Option(help="The reason; it is logged.")]
On = Annotated[str | None, typer.Option(help="First day it applies; default: today.")]


@app.command("list")
def list_deliveries(
    as_of: Annotated[
        str | None, typer.Option(help="Only deliveries received by this day; default: today.")
    ] = None,
    as_json: Json = False,
) -> None:
    """List the deliveries, and say why some were stopped or raised a warning."""
    from iecareer.lake.manifest import current_deliveries

    found, _ = current_deliveries(day(as_of, "--as-of") or today())
    rows = [{name: getattr(delivery, name) for name in _COLUMNS} for delivery in found]
    if as_json:
        say_json([row | {"findings": findings(delivery)} for row, delivery in zip(rows, found, strict=True)])
        return
    for row in rows:
        row |= {name: ", ".join(row[name]) for name in ("new_columns", "missing_columns")}
        row["emptied"] = counts(row["emptied"])
    say_table(rows, _COLUMNS)
    say_stopped(stopped(found))
    say_warned(warned(found))


@app.command()
def accept(delivery: Delivery, reason: Reason, on: On = None, as_json: Json = False) -> None:
    """Accept a stopped delivery: it counts although the checks that stop it now failed. Other checks still stop it."""
    _decide("accept", delivery, reason, on, as_json)


@app.command()
def withdraw(delivery: Delivery, reason: Reason, on: On = None, as_json: Json = False) -> None:
    """Withdraw a delivery: it no longer counts from the next run on."""
    _decide("withdraw", delivery, reason, on, as_json)


def _decide(kind: str, beginning: str, reason: str, on: str | None, as_json: bool) -> None:
    from iecareer.errors import IecareerError
    from iecareer.lake.manifest import current_deliveries, record_decision, versions

    effective = day(on, "--on") or today()
    refuse_empty(beginning, "delivery")
    refuse_empty(reason, "--reason")
    found = sorted({d.delivery_id for d in versions() if d.delivery_id.startswith(beginning)})
    if len(found) != 1:
        raise IecareerError(
            f"{len(found)} delivery ids begin with '{beginning}'.", next_step="See 'iecareer delivery list'."
        )
    known = {d.delivery_id: d for d in current_deliveries(max(effective, today()))[0]}
    overrules = list(known[found[0]].stopping) if kind == "accept" and found[0] in known else []
    record_decision(
        kind, found[0], reason=reason, decided_on=effective, overrules=overrules if kind == "accept" else None
    )
    holds = {d.delivery_id: d.decision for d in current_deliveries(max(effective, today()))[0]}.get(found[0])
    if as_json:
        document = {"delivery_id": found[0], "decision": kind, "decided_on": effective, "holds": holds}
        say_json(document | ({"overrules": overrules} if kind == "accept" else {}))
    elif holds == kind:
        say(f"Delivery {found[0]}: {kind} is logged. It applies to the next run as of {effective} or later.")
        if kind == "accept":
            say(_overruling(overrules))
    else:
        say(f"Delivery {found[0]}: {kind} is logged, but '{holds}', decided for a later day, overrides it.")


def _overruling(names: list[str]) -> str:
    if not names:
        return "No check stops it now, so the decision overrules none: if a check stops it later, accept it again."
    return f"The decision overrules: {', '.join(names)}. Any other check that stops it later still does."
