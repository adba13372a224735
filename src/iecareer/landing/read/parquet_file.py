"""Parquet files: values become text, so that the same rules apply to them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from iecareer.errors import IecareerError
from iecareer.landing.content import Content, whole
from iecareer.landing.read.chunk import Chunk, Request
from iecareer.landing.read.header_row import named_columns
from iecareer.landing.read.memory_file import MemoryFile

_PIECE = 1_000_000


def read(connection: duckdb.DuckDBPyConnection, content: Content, request: Request) -> Iterator[Chunk]:
    """Read a Parquet file into `raw`, in pieces; `_line` is the row number, from 1."""
    with MemoryFile() as memory:
        path = memory.holding([whole(content, request.place)])
        described, n_rows = _asked(connection, path, request)
        columns = named_columns([name for name, *_ in described], request)
        values = ", ".join(f"{_text(name, kind)} as c{i}" for i, (name, kind) in enumerate(described))
        for first in range(0, max(n_rows, 1), _PIECE):
            with _own_errors(request):
                connection.execute(
                    f"""create temp table raw as select file_row_number + 1 as _line, false as _malformed, {values}
                    from read_parquet('{path}', file_row_number = true)
                    where file_row_number >= {first} and file_row_number < {first + _PIECE}"""
                )
            yield Chunk(columns)


def _asked(
    connection: duckdb.DuckDBPyConnection, path: str, request: Request
) -> tuple[list[tuple[str, str]], int]:
    """Names and types of the columns, and the number of rows."""
    with _own_errors(request):
        described = connection.execute(f"describe from read_parquet('{path}')").fetchall()
        n_rows = connection.execute(f"select count(*) from read_parquet('{path}')").fetchall()[0][0]
        stored = connection.execute(f"select name, type from parquet_schema('{path}')").fetchall()
    instants = {name for name, kind in stored if kind == "INT96"}
    return [(name, "INT96" if name in instants else kind) for name, kind, *_ in described], n_rows


@contextmanager
def _own_errors(request: Request) -> Iterator[None]:
    """Replace the errors of libraries, which may quote a cell, by our own."""
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error:
        raise IecareerError(
            f"{request.place}: cannot be read as Parquet.", next_step="Check that the transfer was complete."
        ) from None


def _text(name: str, kind: str) -> str:
    """SQL of a column as text. A code that a tool stored as a floating-point number is written without a point."""
    cell = '"' + name.replace('"', '""') + '"'
    if kind == "INT96":  # A point in time in UTC, by the rules of the programs that write this type.
        return f"timezone('UTC', {cell}::timestamp)::varchar"
    if kind == "BLOB":
        return f"coalesce(try(decode({cell})), {cell}::varchar)"
    if kind.startswith("DECIMAL"):
        whole = f"{cell} = trunc({cell})"
        return f"case when {whole} then try_cast({cell} as hugeint)::varchar else {cell}::varchar end"
    if kind not in ("DOUBLE", "FLOAT"):
        return f"{cell}::varchar"
    is_whole = f"isfinite({cell}) and {cell} = trunc({cell}) and abs({cell}) < 1e15"
    return f"case when {is_whole} then try_cast({cell} as bigint)::varchar else {cell}::varchar end"
