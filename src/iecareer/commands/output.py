"""Printing for commands: tables and sentences for people, or one JSON document for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Annotated, Any

import typer

from iecareer.errors import IecareerError

# A program may read the output, so the table is wide enough that no cell is folded.
_UNFOLDED = 10_000
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def say_json(document: Any) -> None:
    """Print one JSON document on standard output."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, default=str) + "\n")


def say(text: str = "") -> None:
    """Print a line on standard output."""
    sys.stdout.write(f"{text}\n")


def say_error(error: IecareerError) -> None:
    """Print the error and the next step on standard error."""
    sys.stderr.write(f"Error: {error.message}\n")
    if error.next_step:
        sys.stderr.write(f"       {error.next_step}\n")


def say_table(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Print rows as a table: numbers right-aligned, None as an empty cell."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    listed = list(rows)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        is_number = any(isinstance(row.get(column), int | float) for row in listed)
        heading = column.removeprefix("n_").replace("_", " ")
        table.add_column(heading, justify="right" if is_number else "left", overflow="fold")
    for row in listed:
        table.add_row(*(_cell(row.get(column)) for column in columns))
    # Brackets are part of names here, not rich markup.
    width = None if sys.stdout.isatty() else _UNFOLDED
    Console(width=width, highlight=False, markup=False, emoji=False).print(table)


def counts(counted: Mapping[str, int]) -> str:
    """Names with their numbers in one line: ``missing:sex 3, not_a_date:month 1``."""
    return ", ".join(f"{name} {n:,}" for name, n in counted.items())


def day(text: str | None, option: str) -> date | None:
    """Parse a date of the command line.

    Raises
    ------
    typer.BadParameter
        When it is not an ISO date.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"'{text}' is not a date of the form YYYY-MM-DD.", param_hint=option
        ) from None


def refuse_empty(text: str, what: str) -> None:
    """Refuse a blank value.

    Raises
    ------
    typer.BadParameter
        When `text` is blank.
    """
    if not text.strip():
        raise typer.BadParameter("must not be empty.", param_hint=what)


@contextmanager
def working(text: str, *, quiet: bool) -> Iterator[Any]:
    """Show a spinner on a terminal. Call the yielded function to change its text."""
    from rich.console import Console

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda _: None
        return
    with console.status(text) as status:
        yield lambda step: status.update(f"{text}: {step}")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
