"""One reader per format. Each fills the table `raw` with text: `_line`, `_malformed`, then one column per header."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import duckdb

from iecareer.errors import IecareerError
from iecareer.landing.readers.raw import Raw, Request

__all__ = ["Raw", "Request", "format_of", "read"]

_BY_SUFFIX = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".xlsx": "xlsx", ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".parquet": "parquet", ".db": "sqlite", ".sqlite": "sqlite", ".sqlite3": "sqlite",
}  # fmt: skip


def format_of(name: str) -> str | None:
    """The format a file name's ending tells, None when it tells none."""
    return _BY_SUFFIX.get(Path(name).suffix.lower())


def read(connection: duckdb.DuckDBPyConnection, data: bytes, file_format: str, request: Request) -> Raw:
    """Read one delivered file into the temporary table `raw`, everything as text.

    Raises
    ------
    IecareerError
        When the file as a whole cannot be read in that format, or its headers cannot be found.
    """
    reader = import_module(f"iecareer.landing.readers.{file_format}_file")
    connection.execute("drop table if exists raw")
    if not data:
        raise IecareerError(
            f"{request.place}: the file is empty.", next_step="Deliver it again with its content."
        )
    raw: Raw = reader.read(connection, data, request)
    return raw
