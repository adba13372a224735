"""Commands for a new source system: draft its contract from a sample, and rehearse its landing."""

from __future__ import annotations

import codecs
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from iecareer.commands.output import Json, day, say, say_json, say_table, working
from iecareer.errors import IecareerError

if TYPE_CHECKING:
    from iecareer.onboarding import Rehearsal, Rehearsed

_COUNTS = ("n_files", "n_in", "n_loaded", "n_superseded", "n_quarantined")
_SHOWN_HEADERS = 40


def add_to(app: typer.Typer) -> None:
    """Add these commands to those about source systems."""
    app.command()(add)
    app.command()(check)


def add(  # noqa: PLR0913, PLR0917 - each is an option of the command
    name: Annotated[str, typer.Argument(help="Name of the new source system.")],
    sample: Annotated[
        list[str],
        typer.Option(
            "--from",
            help="Sample file, may be given several times; or URL of a database or JSON service.",
        ),
    ],
    record_type: Annotated[
        list[str] | None, typer.Option(help="What its rows are; default: what fits best. May be given twice.")
    ] = None,
    identity: Annotated[
        str | None, typer.Option(help="cn_resident_id or opaque; default: what the cells tell.")
    ] = None,
    table: Annotated[str | None, typer.Option(help="Table of a database.")] = None,
    connection: Annotated[
        str | None,
        typer.Option(help="Connection with a database's user and password; variable with a service's token."),
    ] = None,
    delimiter: Annotated[
        str | None, typer.Option(help="What separates the cells of a text: one character, or tab.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Encoding of a text, such as gb18030 or cp1252.")
    ] = None,
    header_row: Annotated[int | None, typer.Option(min=1, help="Row of the headers, counted from 1.")] = None,
    sheet: Annotated[
        str | None, typer.Option(help="Sheet of a workbook; a pattern such as 2024* may be.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a contract of that name.")] = False,
    as_json: Json = False,
) -> None:
    """Draft the contract of a new source system from a sample: one file to judge, then to check."""
    from iecareer.onboarding import Dialect, add_source

    told = Dialect(_character(delimiter), _known_encoding(encoding), header_row, sheet)
    with working("Reading the sample", quiet=as_json):
        added = add_source(name, sample, record_type or (), identity, table=table, connection=connection,
                           dialect=told, force=force)  # fmt: skip
    if as_json:
        say_json(asdict(added))
        return
    say(
        f"{added.path}: {added.n_lines} lines, {', '.join(added.record_types)}, {added.n_mapped} columns mapped."
    )
    for kind, columns in added.lacking.items():
        say(f"Still to be told, see TODO: {kind}: {', '.join(columns)}.")
    file = "" if "://" in sample[0] or sample[0].startswith("connection:") else f" {sample[0]}"
    say(f"Judge every line, then: iecareer source check {name}{file}")


def _character(told: str | None) -> str | None:
    """A delimiter as it may be typed on a command line."""
    named = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "bar": "|", "pipe": "|"}
    mark = named.get(told or "", told)
    if mark is not None and (len(mark) != 1 or mark in '"\r\n\0'):
        raise IecareerError("--delimiter is one character, or tab.")
    return mark


def _known_encoding(told: str | None) -> str | None:
    try:
        return told and codecs.lookup(told).name
    except LookupError:
        raise IecareerError(
            f"There is no encoding '{told}'.", next_step="Such as utf-8, gb18030, cp1252."
        ) from None


def check(
    name: Annotated[str, typer.Argument(help="Source system.")],
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files or folders; default: what waits in the inbox.")
    ] = None,
    received_on: Annotated[
        str | None, typer.Option(help="Day of receipt, YYYY-MM-DD; default: today.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Rehearse the landing of a source system: nothing is loaded, persons are masked."""
    from iecareer.onboarding import rehearse

    received = day(received_on, "--received-on")
    with working(f"Rehearsing {name}", quiet=as_json):
        rehearsal = rehearse(name, paths or None, received)
    if as_json:
        say_json(asdict(rehearsal))
    else:
        _show(rehearsal)
    if not rehearsal.is_landed:
        raise typer.Exit(1)


def _show(rehearsal: Rehearsal) -> None:
    for table in rehearsal.tables:
        say(f"{table.record_type} from {rehearsal.source_id}")
        if table.columns:
            say_table(list(map(_mapped, table.columns)), ("column", "header", "rule"))
        if table.unused:
            more = f" … ({len(table.unused)})" if len(table.unused) > _SHOWN_HEADERS else ""
            say(f"Headers that nothing reads: {', '.join(table.unused[:_SHOWN_HEADERS])}{more}")
        _show_missing(table)
        if table.error:
            typer.echo(f"Error: {table.record_type} cannot be landed. {table.error}", err=True)
        else:
            _show_outcome(table)
        say()


def _mapped(column: dict[str, Any]) -> dict[str, Any]:
    """A line of the mapping: a required column that nothing fills stands out."""
    if not column["mapped"]:
        header = "MISSING" if column["required"] else None
    else:
        lost = f"MISSING: {column['wanted']}" if column["wanted"] else "MISSING"
        header = column["header"] or ("(made)" if column["rule"] and not column["wanted"] else lost)
    return {"column": column["column"], "header": header, "rule": column["rule"]}


def _show_missing(table: Rehearsed) -> None:
    for gap in table.missing:
        what = f"the header '{gap.header}' is not in the file" if gap.header else "nothing fills it"
        near = f"; perhaps {' or '.join(gap.near)}" if gap.near else ""
        say(f"{'Required' if gap.required else 'Optional'} column {gap.column}: {what}{near}.")
        if gap.required and gap.write:
            say(f"  write {gap.write}")


def _show_outcome(table: Rehearsed) -> None:
    say_table([table.receipt], _COUNTS)
    if table.reasons:
        rows = [
            {"quarantined": r["reason"], "n": r["n"], "first at": _places(r["places"], table)}
            for r in table.reasons
        ]
        say_table(rows, ("quarantined", "n", "first at"))
    for warning in table.warnings:
        say(f"WARNING: {warning}")
    say(f"Suite: {table.verdict}")
    for failed in table.failed:
        say(f"  {failed['severity']}: {failed['expectation']}: {failed['meaning']}")
    if table.rows:
        say("First rows, what tells of persons masked:")
        numbered = {str(at): row for at, row in enumerate(table.rows, 1)}
        cells = [{"column": name} | {at: row[name] for at, row in numbered.items()} for name in table.rows[0]]
        say_table(cells, ("column", *numbered))


def _places(places: list[dict[str, Any]], table: Rehearsed) -> str:
    """Lines; with the file where there are several."""
    if table.receipt["n_files"] == 1 and len({place["sheet"] for place in places}) == 1:
        return f"line {', '.join(str(place['line']) for place in places)}"
    told = [", ".join(filter(None, (p["file"], p["sheet"], f"line {p['line']}"))) for p in places]
    return "; ".join(told)
