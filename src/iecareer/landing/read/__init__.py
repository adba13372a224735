"""One reader per format. Each fills the table `raw` with text, one chunk of the file after another.

`raw` has the columns `_line` and `_malformed`, then one column per header. It contains one chunk at a time; the
caller drops it before asking for the next chunk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module

import duckdb

from iecareer.errors import IecareerError
from iecareer.landing.content import Content, InMemory
from iecareer.landing.read.chunk import Chunk, Request
from iecareer.landing.read.file_format import detected_format, format_of

__all__ = ["Chunk", "Content", "InMemory", "Request", "format_of", "read"]


def read(
    connection: duckdb.DuckDBPyConnection, content: Content, file_format: str | None, request: Request
) -> Iterator[Chunk]:
    """Read one delivered file as text, chunk by chunk, into the temporary table `raw`.

    `file_format` is the format by contract or file name; the format of the bytes takes precedence.

    Raises
    ------
    IecareerError
        When the file as a whole cannot be read, or its headers cannot be found.
    """
    connection.execute("drop table if exists raw")
    head = next((chunk for chunk in content.chunks() if chunk), b"")
    if not head:
        raise IecareerError(
            f"{request.place}: the file is empty.", next_step="Deliver the file again, with content."
        )
    request = replace(request, declared=file_format)
    found = detected_format(head, request)
    reader = import_module(f"iecareer.landing.read.{found}_file")
    yield from reader.read(connection, content, request)
