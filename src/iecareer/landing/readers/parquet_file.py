"""Parquet: values are turned to text and read like any other, so that the same rules hold."""

from __future__ import annotations

import duckdb

from iecareer.errors import IecareerError
from iecareer.landing.readers.raw import Raw, Request, memory_file, named_columns


def read(connection: duckdb.DuckDBPyConnection, data: bytes, request: Request) -> Raw:
    """Read a Parquet file into `raw`; `_line` is the row number, from 1."""
    with memory_file(data) as path:
        try:
            names = [row[0] for row in connection.execute(f"describe from read_parquet('{path}')").fetchall()]
            columns = named_columns(names, request)
            values = ", ".join(
                f'"{name.replace(chr(34), chr(34) * 2)}"::varchar as c{i}' for i, name in enumerate(names)
            )
            connection.execute(
                f"""create temp table raw as select file_row_number + 1 as _line, false as _malformed, {values}
                from read_parquet('{path}', file_row_number = true)"""
            )
        except duckdb.Error:
            raise IecareerError(
                f"{request.place}: cannot be read as Parquet.",
                next_step="Check that the transfer was complete.",
            ) from None
    return Raw(columns)
