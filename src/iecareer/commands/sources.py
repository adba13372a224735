"""Commands for source systems: add, check, activate, list, show, retire, restore."""

from __future__ import annotations

from typing import Annotated

import typer

from iecareer.clock import today
from iecareer.commands import onboarding
from iecareer.commands.output import Json, day, refuse_empty, say, say_json, say_table

app = typer.Typer(help="Source systems: where deliveries come from.", no_args_is_help=True)
Source = Annotated[str, typer.Argument(help="Source system.")]
Reason = Annotated[str, typer.Option(help="The reason; it is logged.")]
Into = Annotated[str | None, typer.Option(help="Source system that delivers in its place from now on.")]
On = Annotated[str | None, typer.Option(help="First day it applies; default: today.")]
onboarding.add_to(app)


@app.command("list")
def list_systems(as_json: Json = False) -> None:
    """List the source systems, and the contracts that cannot be read."""
    from iecareer.sources import broken_contracts, load_systems

    rows = [
        {"source_id": s.source_id, "name": s.name, "status": "draft" if s.is_draft else "active",
         "format": s.format or "live", "path": s.location,
         "record_types": ", ".join(table.record_type for table in s.tables)}
        for s in load_systems().values()
    ]  # fmt: skip
    broken = broken_contracts()
    if as_json:
        say_json({"sources": rows, "broken": broken})
        return
    say_table(rows, ("source_id", "name", "status", "format", "record_types"))
    for problem in broken.values():
        typer.echo(f"Broken: {problem}", err=True)


@app.command()
def show(source: Annotated[str, typer.Argument(help="Source system.")], as_json: Json = False) -> None:
    """Show how a source system's headers map to record types."""
    from iecareer.sources import source_system

    system = source_system(source)
    rows = [
        {"record_type": table.record_type, "files": table.selector or system.location, "column": mapping.column,
         "header": " / ".join(mapping.headers), "transform": mapping.transform}
        for table in system.tables
        for mapping in table.mappings
    ]  # fmt: skip
    if as_json:
        say_json(
            {
                "source_id": system.source_id,
                "name": system.name,
                "location": system.location,
                "columns": rows,
            }
        )
        return
    say(f"{system.name}: {system.description}")
    if system.server:
        say(f"Fetched live from {system.location}")
    say_table(rows, ("record_type", "files", "column", "header", "transform"))


@app.command()
def activate(source: Source, as_json: Json = False) -> None:
    """Set a draft to active, so that it is landed. A draft in which something is open stays a draft."""
    from iecareer.sources import activate as set_active

    system = set_active(source)
    if as_json:
        say_json({"source_id": source, "status": "active", "contract": str(system.contract)})
        return
    where = "fetched" if system.server else f"taken from {system.path} below the inbox"
    say(f"{source} is active: from the next landing on, its deliveries are {where}.")


@app.command()
def retire(source: Source, reason: Reason, into: Into = None, on: On = None, as_json: Json = False) -> None:
    """Retire a source system: its data stay, but it no longer limits the last observed month.

    With --into, another source system delivers the same people's months in its place: both then count as one
    source.
    """
    from iecareer.errors import IecareerError
    from iecareer.lake.manifest import versions
    from iecareer.sources import source_system

    if not any(delivery.source_id == source for delivery in versions()):
        source_system(source)
        raise IecareerError(f"{source} has never delivered.", next_step="Remove its contract instead.")
    if into is not None:
        _refuse_successor(source, into)
    _decide("retire", source, reason, on, as_json, into)


def _refuse_successor(source: str, successor: str) -> None:
    """Refuse a successor that does not exist, or that was itself retired into the source."""
    from iecareer.errors import IecareerError
    from iecareer.lake.manifest import current_deliveries, last_successor
    from iecareer.sources import source_system

    source_system(successor)
    retired = current_deliveries(today())[1]
    if last_successor(successor, {name: into for name, into in retired.items() if name != source}) == source:
        raise IecareerError(
            f"{source} cannot be retired into {successor}: {successor} leads back to {source}.",
            next_step="Name the source system that delivers from now on.",
        )


@app.command()
def restore(source: Source, reason: Reason, on: On = None, as_json: Json = False) -> None:
    """Put a retired source system back in service."""
    from iecareer.errors import IecareerError
    from iecareer.lake.manifest import current_deliveries

    effective = day(on, "--on") or today()
    if source not in current_deliveries(effective)[1]:
        raise IecareerError(
            f"{source} is not retired on {effective}.",
            next_step="'iecareer status' lists the retired sources.",
        )
    _decide("restore", source, reason, on, as_json)


def _decide(
    kind: str, source: str, reason: str, on: str | None, as_json: bool, successor: str | None = None
) -> None:
    from iecareer.lake.manifest import current_deliveries, record_decision

    effective = day(on, "--on") or today()
    refuse_empty(reason, "--reason")
    record_decision(kind, source, reason=reason, decided_on=effective, successor=successor)
    is_retired = source in current_deliveries(today())[1]
    if as_json:
        say_json({"source_id": source, "decision": kind, "decided_on": effective, "is_retired": is_retired})
    else:
        say(
            f"{source}: {kind} from {effective} is logged; today it is {'retired' if is_retired else 'in service'}."
        )
