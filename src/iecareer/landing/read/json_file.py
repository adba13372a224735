"""JSON documents with an array of objects, at the top or within other objects. Each object of the array is a row."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from iecareer.errors import IecareerError
from iecareer.landing.content import Content, whole
from iecareer.landing.names import normal_header
from iecareer.landing.read.chunk import Chunk, Request
from iecareer.landing.read.decoding import utf8
from iecareer.landing.read.header_row import looked_for
from iecareer.landing.read.jsonl_file import pointer, read_objects

SIZE_LIMIT = 256 << 20
_DEPTH = 4
_KEYS = 200
_LOOKED_AT = 20


def read(connection: duckdb.DuckDBPyConnection, content: Content, request: Request) -> Iterator[Chunk]:
    """Read the array of objects of a document into `raw`; `_line` is the number of the object in the array, from 1.

    Raises
    ------
    IecareerError
        When the file is not JSON, is too large, or has several arrays and the contract names none of them.
    """
    data = whole(content, request.place, SIZE_LIMIT)
    connection.execute(
        "create or replace temp table document as select ? as doc", [utf8(data, request).decode()]
    )
    try:
        if not connection.execute("select json_valid(doc) from document").fetchall()[0][0]:
            raise IecareerError(
                f"{request.place}: is not a complete JSON document.",
                next_step="Check that the transfer was complete. If each line is an object, set format: jsonl.",
            )
        place = _place(connection, request)
        connection.execute(
            f"""create or replace temp table raw_lines as
            select unnest(range(1, len(rows) + 1)) as _line, unnest(rows)::varchar as line
            from (select json_extract(json_extract(doc, {pointer(place)}), '$[*]') as rows from document)"""
        )
    finally:
        connection.execute("drop table document")
    yield from read_objects(connection, request)


def _place(connection: duckdb.DuckDBPyConnection, request: Request) -> list[str]:
    """The place of the array: from the contract, else the array whose objects have most of the contract's headers."""
    path = (request.selector or "").partition("records:")[2]
    if path:
        keys = path.split(".")
        if _kind(connection, keys) != "ARRAY":
            raise IecareerError(f"{request.place}: there is no array at '{path}'.")
        return keys
    counted = [(_n_headers(connection, keys, request), keys) for keys in _arrays(connection, [], request)]
    most = max((n for n, _ in counted), default=0)
    best = [keys for n, keys in counted if n == most]
    if not most:
        raise IecareerError(
            f"{request.place}: none of the contract's headers is a key of the objects in its arrays. "
            f"Looked for: {looked_for(request)}.",
            next_step="Check that this is the right file. Add keys of other years to 'synonyms'.",
        )
    if len(best) > 1:
        raise IecareerError(
            f"{request.place}: {len(best)} of its arrays have the contract's headers.",
            next_step="Name one in the contract: physicalName: records:KEY.KEY.",
        )
    return best[0]


def _arrays(connection: duckdb.DuckDBPyConnection, keys: list[str], request: Request) -> Iterator[list[str]]:
    match _kind(connection, keys):
        case "ARRAY":
            yield keys
        case "OBJECT" if len(keys) < _DEPTH:
            inner = _keys(connection, keys)
            if len({*inner}) < len(inner):
                raise IecareerError(
                    f"{request.place}: a key occurs twice in the same object, outside the rows.",
                    next_step="Ask the office for the file again.",
                )
            for key in inner[:_KEYS]:
                yield from _arrays(connection, [*keys, key], request)


def _kind(connection: duckdb.DuckDBPyConnection, keys: list[str]) -> str | None:
    found = connection.execute(f"select json_type(doc, {pointer(keys)}) from document").fetchall()[0][0]
    return str(found) if found else None


def _keys(connection: duckdb.DuckDBPyConnection, keys: list[str]) -> list[str]:
    found = connection.execute(f"select json_keys(doc, {pointer(keys)}) from document").fetchall()[0][0]
    return list(found or [])


def _n_headers(connection: duckdb.DuckDBPyConnection, keys: list[str], request: Request) -> int:
    """How many of the contract's headers the first objects of an array have."""
    found = {
        normal_header(key)
        for number in range(_LOOKED_AT)
        if _kind(connection, place := [*keys, str(number)]) == "OBJECT"
        for key in _keys(connection, place)
    }
    return len(found & request.headers) if request.headers else len(found)
