"""Commands for a new source system: draft its contract from a sample, then test it without loading anything."""

from __future__ import annotations

import codecs
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from iecareer.commands.landing import permit_advice
from iecareer.commands.output import Json, counts, day, say, say_json, say_table, working
from iecareer.errors import IecareerError

if TYPE_CHECKING:
    from iecareer.onboarding import Rehearsal, Rehearsed

_COUNTS = (
    "n_files", "n_rows", "n_in", "n_loaded", "n_superseded", "n_conflicting", "n_left_out", "n_quarantined",
)  # fmt: skip
_SHOWN_HEADERS = 40


def add_to(app: typer.Typer) -> None:
    """Add these commands to `iecareer source`."""
    app.command()(add)
    app.command()(check)


def add(  # noqa: PLR0913, PLR0917 - each is an option of the command
    name: Annotated[str, typer.Argument(help="Name of the new source system.")],
    sample: Annotated[
        list[str],
        typer.Option(
            "--from",
            help="Sample file (repeatable), or URL of a database or JSON service.",
        ),
    ],
    record_type: Annotated[
        list[str] | None,
        typer.Option(help="Record type of the rows (repeatable); default: the one that fits best."),
    ] = None,
    identity: Annotated[
        str | None, typer.Option(help="cn_resident_id or opaque; default: derived from the cells.")
    ] = None,
    table: Annotated[str | None, typer.Option(help="Table of a database.")] = None,
    connection: Annotated[
        str | None,
        typer.Option(
            help="Connection that holds a database's user and password, or variable that holds a service's token."
        ),
    ] = None,
    delimiter: Annotated[
        str | None, typer.Option(help="Delimiter of a text file: one character, or 'tab'.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Encoding of a text file, such as gb18030 or cp1252.")
    ] = None,
    header_row: Annotated[int | None, typer.Option(min=1, help="Row of the headers, counted from 1.")] = None,
    sheet: Annotated[
        str | None, typer.Option(help="Sheet of a workbook, or a pattern such as 2024*.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace an existing contract of that name.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Draft the contract of a new source system from a sample. Review the file, then run 'iecareer source check'."""
    from iecareer.onboarding import Dialect, add_source

    dialect = Dialect(_character(delimiter), _known_encoding(encoding), header_row, sheet)
    with working("Reading the sample", quiet=as_json):
        added = add_source(name, sample, record_type or (), identity, table=table, connection=connection,
                           dialect=dialect, force=force)  # fmt: skip
    if as_json:
        say_json(asdict(added))
        return
    say(
        f"{added.path}: {added.n_lines} lines, {', '.join(added.record_types)}, {added.n_mapped} columns mapped."
    )
    for kind, columns in added.lacking.items():
        say(f"Not mapped yet, see TODO in the file: {kind}: {', '.join(columns)}.")
    for kind, rules in added.open_rules.items():
        say(f"To decide, see TODO in the file: {kind}: {', '.join(rules)}.")
    file = "" if "://" in sample[0] or sample[0].startswith("connection:") else f" {sample[0]}"
    say(f"Review every line, then: iecareer source check {name}{file}; iecareer source activate {name}")


def _character(text: str | None) -> str | None:
    """The delimiter: one character, or a name such as `tab`."""
    named = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "bar": "|", "pipe": "|"}
    mark = named.get(text or "", text)
    if mark is not None and (len(mark) != 1 or mark in '"\r\n\0'):
        raise IecareerError("--delimiter must be one character, or 'tab'.")
    return mark


def _known_encoding(name: str | None) -> str | None:
    try:
        return name and codecs.lookup(name).name
    except LookupError:
        raise IecareerError(
            f"There is no encoding '{name}'.", next_step="Use one such as utf-8, gb18030 or cp1252."
        ) from None


def check(
    name: Annotated[str, typer.Argument(help="Source system.")],
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files or folders; default: the source's files in the inbox.")
    ] = None,
    received_on: Annotated[
        str | None, typer.Option(help="Day of receipt, YYYY-MM-DD; default: today.")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 1 also if the checks would stop a delivery.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Test a source's contract on files: show what landing would give. Nothing is loaded; personal data are masked."""
    from iecareer.onboarding import rehearse

    received = day(received_on, "--received-on")
    with working(f"Checking {name}", quiet=as_json):
        rehearsal = rehearse(name, paths or None, received)
    if as_json:
        say_json(asdict(rehearsal))
    else:
        _show(rehearsal)
    if not rehearsal.is_landed or (strict and any(table.verdict == "stop" for table in rehearsal.tables)):
        raise typer.Exit(1)


def _show(rehearsal: Rehearsal) -> None:
    for table in rehearsal.tables:
        say(f"{table.record_type} from {rehearsal.source_id}")
        if table.columns:
            say_table(list(map(_mapped, table.columns)), ("column", "header", "rule"))
        if table.unused:
            more = f" … ({len(table.unused)})" if len(table.unused) > _SHOWN_HEADERS else ""
            say(f"Unused headers: {', '.join(table.unused[:_SHOWN_HEADERS])}{more}")
        _show_missing(table)
        if table.error:
            typer.echo(f"Error: {table.record_type} cannot be landed. {table.error}", err=True)
        else:
            _show_outcome(table)
        say()


def _mapped(column: dict[str, Any]) -> dict[str, Any]:
    """One line of the mapping table; a required column without a header shows MISSING."""
    if not column["mapped"]:
        header = "MISSING" if column["required"] else None
    else:
        lost = f"MISSING: {column['wanted']}" if column["wanted"] else "MISSING"
        header = column["header"] or ("(made)" if column["rule"] and not column["wanted"] else lost)
    return {"column": column["column"], "header": header, "rule": column["rule"]}


def _show_missing(table: Rehearsed) -> None:
    for gap in table.missing:
        what = f"the header '{gap.header}' is not in the file" if gap.header else "no header is mapped to it"
        near = f"; similar headers: {', '.join(gap.near)}" if gap.near else ""
        say(f"{'Required' if gap.required else 'Optional'} column {gap.column}: {what}{near}.")
        if gap.required and gap.write:
            say(f"  Add this line: {gap.write}")


def _show_outcome(table: Rehearsed) -> None:
    say_table([table.receipt], _COUNTS)
    if table.receipt["left_out"]:
        rows = [{"left out by rowFilter": name, "n": n} for name, n in table.receipt["left_out"].items()]
        say_table(rows, ("left out by rowFilter", "n"))
    for note in table.notes:
        say(note)
    if table.reasons:
        rows = [
            {"quarantined": r["reason"], "n": r["n"], "first at": _places(r["places"], table)}
            for r in table.reasons
        ]
        say_table(rows, ("quarantined", "n", "first at"))
    if advice := permit_advice(table.receipt["reasons"]):
        say(advice)
    if table.receipt["emptied"]:
        say(f"Emptied cells: {counts(table.receipt['emptied'])}")
    for warning in table.warnings:
        say(f"WARNING: {warning}")
    stops = ": landed like this, the delivery would not count before it is accepted or corrected"
    say(f"Suite: {table.verdict}{stops if table.verdict == 'stop' else ''}")
    for failed in table.failed:
        say(f"  {failed['severity']}: {failed['expectation']}: {failed['meaning']}")
    if table.rows:
        say("First rows, personal data masked; of persons a date shows its month only:")
        numbered = {str(at): row for at, row in enumerate(table.rows, 1)}
        cells = [{"column": name} | {at: row[name] for at, row in numbered.items()} for name in table.rows[0]]
        say_table(cells, ("column", *numbered))


def _places(places: list[dict[str, Any]], table: Rehearsed) -> str:
    """The line numbers, with the file and sheet if there are several."""
    if table.receipt["n_files"] == 1 and len({place["sheet"] for place in places}) == 1:
        return f"line {', '.join(str(place['line']) for place in places)}"
    return "; ".join(", ".join(filter(None, (p["file"], p["sheet"], f"line {p['line']}"))) for p in places)
