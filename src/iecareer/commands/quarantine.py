"""Commands for quarantined rows: show them, export them for the office, load the corrected rows."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from iecareer.commands.output import Json, counts, day, say, say_json, say_table, working
from iecareer.errors import IecareerError

app = typer.Typer(
    help="Quarantine: rows that could not be loaded, with place and reason.", no_args_is_help=True
)
Source = Annotated[str, typer.Argument(help="Source system.")]


@app.command()
def show(
    source: Source,
    limit: Annotated[int, typer.Option(min=1, help="Rows to show.")] = 50,
    every: Annotated[
        bool, typer.Option("--all", help="Include rows that were corrected or replaced since.")
    ] = False,
    as_json: Json = False,
) -> None:
    """List quarantined rows with file, line and reason, never with their values."""
    from iecareer.landing.quarantine.open_rows import accounts, emptied_deliveries, places, set_aside
    from iecareer.sources import source_system

    found = accounts(source)
    if not found:
        source_system(source)
    listed = [account.delivery for account in found if every or account.n_open]
    rows: list[dict[str, Any]] = [
        {
            "delivery_id": place.delivery_id,
            "file": place.file,
            "sheet": place.sheet,
            "line": place.line,
            "reasons": list(place.reasons),
        }
        for place in islice(places(listed), limit)
    ]
    if as_json:
        say_json(rows)
        return
    if rows:
        say_table([row | {"reasons": ", ".join(row["reasons"])} for row in rows], list(rows[0]))
    else:
        say(f"No row of {source} needs a correction.")
    for account in found:
        say(_sentence(account))
    for delivery, reasons in set_aside(source):
        say(f"{_what(delivery)}: quarantined as no records, nothing to correct: {counts(reasons)}.")
    for delivery in emptied_deliveries(source):
        say(
            f"{_what(delivery)}: cells of optional columns emptied, their rows loaded: {counts(delivery.emptied)}."
        )


@app.command()
def export(
    source: Source,
    out: Annotated[Path | None, typer.Option(help="Workbook; default: quarantine-SOURCE.xlsx.")] = None,
    as_json: Json = False,
) -> None:
    """Write a workbook for the office: its quarantined rows with line and reason, in Chinese and English."""
    from iecareer.landing.quarantine.workbook import export_quarantine

    path = out or Path(f"quarantine-{Path(source).name}.xlsx")
    if path.suffix.lower() != ".xlsx":
        raise typer.BadParameter(f"'{path}' does not end in .xlsx.", param_hint="--out")
    with working(f"Exporting {source}", quiet=as_json):
        written = export_quarantine(source, path)
    say_json(written) if as_json else say(f"{written['path']} holds {written['n_rows']:,} rows to correct.")


@app.command()
def replay(
    source: Source,
    paths: Annotated[
        list[Path], typer.Argument(help="Corrected files: the corrected rows alone, or the whole file.")
    ],
    delivery: Annotated[
        list[str] | None,
        typer.Option(help="Delivery whose rows they correct; default: every delivery with open rows."),
    ] = None,
    received_on: Annotated[
        str | None, typer.Option(help="Day of receipt, YYYY-MM-DD; default: today.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Load corrected rows. Each replaces the row with the same key; all other rows stay."""
    from iecareer import landing
    from iecareer.commands.landing import show_receipts

    received = day(received_on, "--received-on")
    answers = _whole_ids(source, delivery or [])
    with working(f"Landing {source}", quiet=as_json):
        receipts = landing.land(source, paths, received, answers=answers)
    show_receipts(receipts, as_json)


def _whole_ids(source: str, beginnings: list[str]) -> set[str]:
    from iecareer.landing.quarantine.open_rows import accounts

    known = {account.delivery.delivery_id for account in accounts(source)} if beginnings else set()
    found = {beginning: [name for name in known if name.startswith(beginning)] for beginning in beginnings}
    for beginning, names in found.items():
        if len(names) != 1 or not beginning:
            raise IecareerError(
                f"{len(names)} ids of deliveries of {source} with quarantined rows begin with '{beginning}'.",
                next_step=f"See 'iecareer quarantine show {source} --all'.",
            )
    return {names[0] for names in found.values()}


def _what(delivery: Any) -> str:
    return f"{delivery.record_type} of {delivery.received_on}, delivery {delivery.delivery_id}"


def _sentence(account: Any) -> str:
    what = _what(account.delivery)
    if account.is_replaced:
        return f"{what}: {account.n_bad:,} quarantined, all replaced by a later delivery."
    counts = (
        f"{account.n_bad:,} quarantined, {account.n_replayed:,} corrected by replays, {account.n_open:,} open"
    )
    return f"{what}: {counts}."
