"""One reader per format. Each fills the table `raw` with text, piece by piece of the file.

`raw` has the columns `_line` and `_malformed`, then one per header. It holds one piece at a time, and is whoever's
who asked for it, to be dropped before asking for the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import duckdb

from iecareer.errors import IecareerError
from iecareer.landing.readers.raw import Content, InMemory, Raw, Request

__all__ = ["Content", "InMemory", "Raw", "Request", "format_of", "read"]

_BY_SUFFIX = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".xlsx": "xlsx", ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".parquet": "parquet", ".db": "sqlite", ".sqlite": "sqlite", ".sqlite3": "sqlite",
}  # fmt: skip


def format_of(name: str) -> str | None:
    """The format a file name's ending tells, None when it tells none."""
    return _BY_SUFFIX.get(Path(name).suffix.lower())


def read(
    connection: duckdb.DuckDBPyConnection, content: Content, file_format: str, request: Request
) -> Iterator[Raw]:
    """Read one delivered file into the temporary table `raw`, everything as text, once for each piece of it.

    Raises
    ------
    IecareerError
        When the file as a whole cannot be read in that format, or its headers cannot be found.
    """
    reader = import_module(f"iecareer.landing.readers.{file_format}_file")
    connection.execute("drop table if exists raw")
    if not any(content.chunks()):
        raise IecareerError(
            f"{request.place}: the file is empty.", next_step="Deliver it again with its content."
        )
    yield from reader.read(connection, content, request)
