"""Delimited text, chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from iecareer.landing.content import Content
from iecareer.landing.read.chunk import Chunk, Request
from iecareer.landing.read.csv_dialect import Shape
from iecareer.landing.read.csv_lines import Lines
from iecareer.landing.read.decoding import pieces
from iecareer.landing.read.delimiter import delimiter_of, first_rows
from iecareer.landing.read.header_row import find_header, named_columns
from iecareer.landing.read.memory_file import MemoryFile

_HEAD = 1 << 20


def read(connection: duckdb.DuckDBPyConnection, content: Content, request: Request) -> Iterator[Chunk]:
    """Read delimited text of any of the known encodings into `raw`."""
    texts = pieces(content, request)
    text = b"".join(next(texts, []))
    head = text[:_HEAD].decode("utf-8", errors="ignore")
    delimiter = delimiter_of(head, request)
    rows, ends = first_rows(head, delimiter)
    index = find_header(rows, request)
    columns = named_columns(rows[index], request)
    shape = Shape(len(rows[index]), _n_needed(columns), delimiter)
    line, body = ends[index] + 1, [_after_line(text, ends[index])]
    del text
    with MemoryFile() as memory:
        while body:
            lines = Lines(connection, memory, body, shape, line)
            if not request.is_lazy:
                lines.load()
            yield Chunk(columns, lines=lines if request.is_lazy else None, delimiter=delimiter)
            line += lines.n_all
            body.clear()  # A caller that still has the lines must not keep the text in memory.
            body = next(texts, [])


def _n_needed(columns: dict[str, str]) -> int:
    """How many cells a row has up to the last one below a header."""
    return max((int(column[1:]) for column in columns.values()), default=0) + 1


def _after_line(text: bytes, line: int) -> bytes:
    position = 0
    for _ in range(line):
        following = text.find(b"\n", position)
        if following < 0:
            return b""
        position = following + 1
    return text[position:]
