"""JSON Lines: one object a line. A line that is no object is a malformed row, not a failed file."""

from __future__ import annotations

import duckdb

from iecareer.errors import IecareerError
from iecareer.landing.readers.csv_file import utf8
from iecareer.landing.readers.raw import Raw, Request, memory_file, normal_header

_SAMPLED = 10_000
_IS_OBJECT = "case when json_valid(line) then json_type(line) = 'OBJECT' else false end"


def read(connection: duckdb.DuckDBPyConnection, data: bytes, request: Request) -> Raw:
    """Read JSON Lines into `raw`; keys are the headers, nested values stay JSON text."""
    with memory_file(utf8(data, request).replace(b"\0", b"")) as path:
        connection.execute(
            f"""create or replace temp table raw_lines as
            select row_number() over () as _line, line from read_csv('{path}', columns = {{'line': 'VARCHAR'}},
                auto_detect = false, header = false, delim = '\x01', quote = '', escape = '',
                max_line_size = 16000000)"""
        )
    keys = connection.execute(
        f"""select distinct unnest(json_keys(line))
        from (select line from raw_lines where {_IS_OBJECT} limit {_SAMPLED}) order by 1"""
    ).fetchall()
    named = {normal_header(key): key for (key,) in keys}
    if not request.headers & set(named):
        raise IecareerError(
            f"{request.place}: none of the contract's headers is a key of its first {_SAMPLED} lines.",
            next_step="Check that this is the right file, with one JSON object a line.",
        )
    columns = {header: f"c{position}" for position, header in enumerate(named)}
    values = ", ".join(f"line ->> {_pointer(key)} as {columns[header]}" for header, key in named.items())
    connection.execute(
        f"""create temp table raw as
        with lines as (
            select _line, case when {_IS_OBJECT} then line end as line from raw_lines where trim(line) <> ''
        )
        select _line, line is null as _malformed, {values} from lines"""
    )
    connection.execute("drop table raw_lines")
    return Raw(columns)


def _pointer(key: str) -> str:
    return "'/" + key.replace("~", "~0").replace("/", "~1").replace("'", "''") + "'"
