"""JSON Lines: one object per line. A line that is not an object is a malformed row; the file does not fail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb

from iecareer.errors import IecareerError
from iecareer.landing.content import Content
from iecareer.landing.read.chunk import Chunk, Request
from iecareer.landing.read.decoding import pieces
from iecareer.landing.read.header_row import looked_for, named_columns

_IS_OBJECT = """case when json_valid(line) then json_type(line) = 'OBJECT'
    and len(json_keys(line)) = len(list_distinct(json_keys(line))) else false end"""


def read(connection: duckdb.DuckDBPyConnection, content: Content, request: Request) -> Iterator[Chunk]:
    """Read JSON Lines into `raw`; keys are the headers, nested values stay JSON text."""
    first_line = 1
    for text in map(b"".join, pieces(content, request)):
        _load_lines(connection, text.replace(b"\0", b""), first_line)
        yield from read_objects(connection, request)
        first_line += text.count(b"\n")


def read_objects(connection: duckdb.DuckDBPyConnection, request: Request) -> Iterator[Chunk]:
    """Make `raw` from the table `raw_lines` (_line, line); each line is one object, all others are malformed.

    An object with the same key twice is malformed: it is unknown which value is right.
    """
    keys = [
        key
        for (key,) in connection.execute(
            f"""select distinct unnest(keys)
            from (select distinct json_keys(line) as keys from raw_lines where {_IS_OBJECT}) order by 1"""
        ).fetchall()
    ]
    columns = named_columns(keys, request)
    if request.headers and not request.headers & set(columns):
        raise IecareerError(
            f"{request.place}: none of the contract's headers is a key of its lines. "
            f"Looked for: {looked_for(request)}.",
            next_step="Check that this is the right file, with one JSON object a line.",
        )
    values = ", ".join(f"{_text(keys[int(name[1:])])} as {name}" for name in columns.values())
    connection.execute(
        f"""create temp table raw as
        with lines as (
            select _line, case when {_IS_OBJECT} then line end as line from raw_lines where line is not null
        )
        select _line, line is null as _malformed, {values} from lines"""
    )
    connection.execute("drop table raw_lines")
    yield Chunk(columns)


def _load_lines(connection: duckdb.DuckDBPyConnection, text: bytes, first_line: int) -> None:
    import pyarrow as pa

    lines = text.split(b"\n")
    numbers = range(first_line, first_line + len(lines))
    numbered = {"_line": pa.array(numbers), "line": pa.array(lines, pa.large_binary())}
    numbered["line"] = numbered["line"].cast(pa.large_string())
    connection.register("lines", pa.table(numbered))
    connection.execute(
        "create or replace temp table raw_lines as select _line, trimmed(line) as line from lines"
    )
    connection.unregister("lines")


def _text(key: str) -> str:
    """SQL of a value as text. A code that a tool stored as a floating-point number is written without a point."""
    at = pointer([key])
    value = f"(line ->> {at})"
    is_whole = f"ends_with({value}, '.0') and json_type(line, {at}) = 'DOUBLE'"
    return f"case when {is_whole} then {value}[:-3] else {value} end"


def pointer(keys: Sequence[str]) -> str:
    """SQL of a JSON pointer: the path of these keys."""
    place = "".join("/" + key.replace("~", "~0").replace("/", "~1") for key in keys)
    return "'" + place.replace("'", "''") + "'"
