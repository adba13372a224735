"""SQLite databases, opened from memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import duckdb

from iecareer.errors import IecareerError
from iecareer.landing.cell_text import exact_number
from iecareer.landing.content import Content, whole
from iecareer.landing.read.chunk import Chunk, Request
from iecareer.landing.read.header_row import named_columns
from iecareer.landing.read.raw_table import load_rows

_PIECE = 50_000
_WRITE_AHEAD = 2


def read(connection: duckdb.DuckDBPyConnection, content: Content, request: Request) -> Iterator[Chunk]:
    """Read one table of a SQLite database into `raw`, in pieces; `_line` is the row number, from 1."""
    with _own_errors(request), closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(_refuse_half(whole(content, request.place), request))
        if database.execute("pragma quick_check(1)").fetchall() != [("ok",)]:
            raise sqlite3.DatabaseError
        table = _table_name(database, request)
        rows = database.execute(f"select * from {_quoted(table)}")
        columns, first = named_columns([name for name, *_ in rows.description], request), 1
        while True:
            piece = rows.fetchmany(_PIECE)
            texts = [list(map(_text, cells)) for cells in zip(*piece, strict=True)] or [
                [] for _ in rows.description
            ]
            load_rows(connection, range(first, first + len(piece)), [False] * len(piece), texts)
            yield Chunk(columns, sheet=table)
            first += len(piece)
            if len(piece) < _PIECE:
                break


@contextmanager
def _own_errors(request: Request) -> Iterator[None]:
    """Replace the errors of libraries, which may quote a cell, by our own."""
    try:
        yield
    except (sqlite3.Error, OverflowError, UnicodeDecodeError):
        raise IecareerError(
            f"{request.place}: cannot be read as a SQLite database. It is cut off or damaged.",
            next_step="Check that the transfer was complete.",
        ) from None


def _refuse_half(data: bytes, request: Request) -> bytes:
    """The database; refused if its newest rows may be in a second file that was not delivered."""
    if _WRITE_AHEAD in data[18:20]:
        raise IecareerError(
            f"{request.place}: uses a write-ahead log, a second file that may contain its newest rows.",
            next_step="Run 'PRAGMA journal_mode = DELETE' on the database and deliver it again.",
        )
    return data


def _table_name(database: sqlite3.Connection, request: Request) -> str:
    names = [
        name
        for (name,) in database.execute(
            "select name from sqlite_master where type = 'table' and name not like 'sqlite~_%' escape '~' order by 1"
        )
    ]
    if request.selector and request.selector.startswith("table:"):
        wanted = request.selector.removeprefix("table:")
        if wanted in names:
            return wanted
        raise IecareerError(f"{request.place}: none of its {len(names)} tables is named '{wanted}'.")
    if len(names) == 1:
        return str(names[0])
    raise IecareerError(
        f"{request.place}: has {len(names)} tables.",
        next_step="Name one in the contract: physicalName: table:NAME.",
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(cell: Any) -> str | None:
    if cell is None:
        return None
    if isinstance(cell, float):
        return exact_number(cell)
    return cell.decode("utf-8", errors="replace") if isinstance(cell, bytes) else str(cell)
