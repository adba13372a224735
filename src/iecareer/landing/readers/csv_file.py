"""Delimited text: DuckDB's own parser when every line is one row, Python's when lines are broken or ragged."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import duckdb

from iecareer.landing.readers.raw import (
    Content,
    MemoryFile,
    Raw,
    Request,
    find_header,
    load_rows,
    named_columns,
)
from iecareer.landing.readers.separation import delimiter_of, first_rows
from iecareer.landing.readers.text import n_line_ends, pieces

_HEAD = 1 << 20
csv.field_size_limit(16 << 20)


def read(connection: duckdb.DuckDBPyConnection, content: Content, request: Request) -> Iterator[Raw]:
    """Read delimited text of any of the known encodings into `raw`."""
    texts = pieces(content, request)
    text = b"".join(next(texts, []))
    head = text[:_HEAD].decode("utf-8", errors="ignore")
    delimiter = delimiter_of(head, request)
    rows, ends = first_rows(head, delimiter)
    index = find_header(rows, request)
    columns, width = named_columns(rows[index], request), len(rows[index])
    line, body = ends[index] + 1, [_after_line(text, ends[index])]
    del text
    with MemoryFile() as memory:
        while body:
            n_lines = n_line_ends(body) + (not body[-1].endswith(b"\n"))
            if not _read_fast(connection, memory, body, n_lines, width, delimiter, line):
                _read_slow(connection, b"".join(body), width, delimiter, line)
            yield Raw(columns)
            line += n_lines
            body = next(texts, [])


def _after_line(text: bytes, line: int) -> bytes:
    position = 0
    for _ in range(line):
        following = text.find(b"\n", position)
        if following < 0:
            return b""
        position = following + 1
    return text[position:]


def _read_fast(
    connection: duckdb.DuckDBPyConnection,
    memory: MemoryFile,
    body: list[bytes],
    n_lines: int,
    width: int,
    delimiter: str,
    first_line: int,
) -> bool:
    """Whether DuckDB read the body with exactly one row per line, so that row numbers are line numbers."""
    if not any(body) or any(b"\0" in part for part in body):
        return False
    columns = ", ".join(f"'c{position}': 'VARCHAR'" for position in range(width))
    path = memory.holding(body)
    try:
        connection.execute(
            f"""create temp table raw as
            select row_number() over () + {first_line - 1} as _line, false as _malformed, *
            from read_csv('{path}', columns = {{{columns}}}, auto_detect = false, header = false,
                delim = '{delimiter}', quote = '"', escape = '"', strict_mode = true, null_padding = false,
                max_line_size = 16000000)"""
        )
    except duckdb.Error:
        return False
    if connection.execute("select count(*) from raw").fetchall() == [(n_lines,)]:
        return True
    connection.execute("drop table raw")
    return False


def _read_slow(
    connection: duckdb.DuckDBPyConnection, body: bytes, width: int, delimiter: str, first_line: int
) -> None:
    lines: list[int] = []
    malformed: list[bool] = []
    columns: list[list[str | None]] = [[] for _ in range(width)]
    for line, row in _rows(body.decode("utf-8"), delimiter, width):
        if row is not None and not any(cell.strip() for cell in row):
            continue
        lines.append(first_line + line)
        malformed.append(row is None or len(row) != width)
        for position, column in enumerate(columns):
            column.append(row[position] if row and position < len(row) else None)
    load_rows(connection, lines, malformed, columns)


def _rows(text: str, delimiter: str, width: int) -> Iterator[tuple[int, list[str] | None]]:
    """Each row with the line it begins on, from 0; None where it cannot be parsed at all.

    A stray quote would swallow all lines up to the next one: where a row over several lines is not exactly one
    row as wide as the header, its first line stands alone and the search goes on at the second.
    """
    lines = io.StringIO(text, newline="\n").readlines()
    at = 0
    while at < len(lines):
        begun = at
        reader = csv.reader(
            map(lines.__getitem__, range(begun, len(lines))), delimiter=delimiter, strict=True
        )
        while at < len(lines):
            try:
                row: list[str] | None = next(reader)
            except csv.Error:
                row = None
            n_lines = begun + reader.line_num - at
            if row is None or (n_lines > 1 and len(row) != width):
                yield at, _alone(lines[at], delimiter)
                at += 1
                break
            yield at, row
            at += n_lines


def _alone(line: str, delimiter: str) -> list[str] | None:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
