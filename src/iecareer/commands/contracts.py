"""Commands for record types: list, show, write a template, write the documentation page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from iecareer.commands.output import Json, say, say_json, say_table
from iecareer.errors import IecareerError

app = typer.Typer(help="Record types: the tables that offices deliver.", no_args_is_help=True)
_RecordType = Annotated[str, typer.Argument(help="Name of a record type; see 'iecareer contract list'.")]


@app.command("list")
def list_types(as_json: Json = False) -> None:
    """List the record types."""
    from iecareer.contracts import load_record_types

    rows = [
        {"record_type": kind.name, "label": kind.label_zh, "mode": kind.mode, "n_columns": len(kind.columns),
         "key": ", ".join(kind.key)}
        for kind in load_record_types().values()
    ]  # fmt: skip
    if as_json:
        say_json(rows)
    else:
        say_table(rows, ("record_type", "label", "mode", "n_columns", "key"))


@app.command()
def show(record_type: _RecordType, as_json: Json = False) -> None:
    """Show the columns of a record type."""
    from iecareer.contracts import record_type as type_of

    kind = type_of(record_type)
    rows = [
        {"column": column.name, "label": column.label_zh, "kind": column.kind, "required": column.required,
         "is_key": column.stored_name in kind.key, "unit": column.unit,
         "allowed": ", ".join(column.allowed) or None, "meaning": column.description}
        for column in kind.columns
    ]  # fmt: skip
    if as_json:
        say_json({"record_type": kind.name, "label": kind.label_zh, "mode": kind.mode, "columns": rows})
        return
    say(f"{kind.label_zh}: {kind.description} Delivery mode: {kind.mode}.")
    say_table(rows, ("column", "label", "kind", "required", "is_key", "unit", "allowed", "meaning"))


@app.command()
def template(
    record_type: _RecordType,
    out: Annotated[Path | None, typer.Option(help="File to write; default: the record type's name.")] = None,
    office: Annotated[
        str,
        typer.Option("--for", help="Code of the office that fills it in. Its rows become a separate source."),
    ] = "",
    as_json: Json = False,
) -> None:
    """Write a workbook to fill in. It needs no contract: 'iecareer land exchange FILE' loads it."""
    from iecareer.contracts import record_type as type_of
    from iecareer.contracts.publication import OFFICE
    from iecareer.contracts.publication.template import template as workbook

    kind = type_of(record_type)
    if office and not OFFICE.fullmatch(office):
        raise typer.BadParameter(
            "a code has 1 to 40 characters: letters, digits and '_'.", param_hint="--for"
        )
    path = out or Path(f"{kind.name}{'_' if office else ''}{office}.xlsx")
    if path.suffix.lower() != ".xlsx":
        raise typer.BadParameter("must end in .xlsx.", param_hint="--out")
    content = workbook(kind, office)
    if path.is_file() and path.stat().st_size and path.read_bytes() != content:
        raise IecareerError(
            f"{path} already exists and differs from the empty template.",
            next_step="Name another file with --out.",
        )
    _write(path, content)
    if as_json:
        say_json({"record_type": kind.name, "office": office or None, "file": str(path)})
        return
    say(
        f"{path}: template of {kind.label_zh} ({kind.name}). Once filled in, load it with 'iecareer land exchange'."
    )
    if not office and kind.mode != "upsert":
        say(
            "A later delivery replaces the earlier one. For several offices, write one template each with --for."
        )


@app.command()
def html(
    out: Annotated[Path, typer.Option(help="File, or folder for record_types.html.")] = Path(
        "record_types.html"
    ),
    as_json: Json = False,
) -> None:
    """Write one HTML page that documents every record type, in Chinese and English."""
    from iecareer.contracts import load_record_types
    from iecareer.contracts.publication.record_types_page import render_page

    path = out if out.suffix.lower() in (".html", ".htm") else out / "record_types.html"
    text = render_page(list(load_record_types().values()))
    _write(path, text.encode())
    if as_json:
        say_json({"file": str(path), "record_types": len(load_record_types())})
    else:
        say(f"{path}: {len(load_record_types())} record types.")


def _write(path: Path, content: bytes) -> None:
    """Write a file and create its folder.

    Raises
    ------
    IecareerError
        When it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise IecareerError(
            f"{path} cannot be written ({error.strerror or type(error).__name__}).",
            next_step="Name another file with --out.",
        ) from None
