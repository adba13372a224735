"""Checks of a file as a whole: missing headers, and transformations that are not valid SQL."""

from __future__ import annotations

import json

import duckdb

from iecareer.contracts import RecordType
from iecareer.errors import IecareerError
from iecareer.landing.names import is_showable, normal_header
from iecareer.landing.parse import dates
from iecareer.landing.parse.header_match import near_headers
from iecareer.landing.parse.rows_sql import cells, header_of, text_expression
from iecareer.landing.read.chunk import Chunk
from iecareer.sources import Mapping
from iecareer.sources.row_rules import RowRules


def refuse_unfit(
    connection: duckdb.DuckDBPyConnection,
    chunk: Chunk,
    mappings: dict[str, Mapping],
    kind: RecordType,
    place: str,
    rules: RowRules,
) -> None:
    """Refuse a file with these headers before any row is parsed.

    Raises
    ------
    IecareerError
        When a header that a required column or a rule on rows needs is missing (near matches are named), or a
        transformation of the contract is no valid SQL.
    """
    _refuse_missing_headers(chunk, mappings, kind, place)
    _refuse_missing_words(chunk, mappings, rules, place)
    _refuse_broken_transforms(connection, chunk, mappings, kind, place)


def _refuse_missing_headers(chunk: Chunk, mappings: dict[str, Mapping], kind: RecordType, place: str) -> None:
    for column in kind.columns:
        mapping = mappings.get(column.name)
        if column.required and mapping is None:
            raise IecareerError(
                f"{place}: the contract is a draft and does not map the required column {column.name}.",
                next_step="See 'iecareer source check'.",
            )
        if column.required and mapping and mapping.headers and not header_of(mapping, chunk):
            wanted, *lacking = _lacking(chunk, mappings, kind)
            others = ", ".join(f"'{header}'" for header in lacking)
            near = " or ".join(near_headers(wanted, column.name, _unread(chunk, mappings)))
            # In the exchange format and in templates the Chinese label is also a valid header.
            label = f" or '{column.label_zh}'" if column.label_zh in mapping.headers[1:] else ""
            raise IecareerError(
                f"{place}: the header '{wanted}'{label} for the required column {column.name} is missing"
                f"{f' (did you mean {near}?)' if near else ''}"
                f"{f'; missing too: {others}' if lacking else ''}.",
                next_step="If the office renamed it, add the new header to 'synonyms' in the contract.",
            )


def _refuse_missing_words(chunk: Chunk, mappings: dict[str, Mapping], rules: RowRules, place: str) -> None:
    """Refuse a file without a header that a rule on rows reads: without it every row would be taken for meant."""
    for headers in rules.headers:
        if not any(normal_header(name) in chunk.columns for name in headers):
            read = {normal_header(name) for names in rules.headers for name in names}
            others = [name for name in _unread(chunk, mappings) if name not in read]
            near = " or ".join(near_headers(headers[0], "", others))
            raise IecareerError(
                f"{place}: the header '{headers[0]}', which a rule of the contract on its rows reads, is missing"
                f"{f' (did you mean {near}?)' if near else ''}.",
                next_step="If the office renamed it, add the new header to the rule's 'synonyms', or to the list of "
                "headers in monthSpan and sameKey.",
            )


def _lacking(chunk: Chunk, mappings: dict[str, Mapping], kind: RecordType) -> list[str]:
    """The headers of required columns that the file does not have."""
    needed = [mappings[column.name] for column in kind.columns if column.required and column.name in mappings]
    lacking = [normal_header(m.headers[0]) for m in needed if m.headers and not header_of(m, chunk)]
    return list(dict.fromkeys(lacking))


def _refuse_broken_transforms(
    connection: duckdb.DuckDBPyConnection,
    chunk: Chunk,
    mappings: dict[str, Mapping],
    kind: RecordType,
    place: str,
) -> None:
    """Run each transformation on zero rows, to report errors in the contract's SQL by column."""
    nothing = ", ".join(("null as _", *(f"null::varchar as {name}" for name in cells(chunk, mappings))))
    for column in kind.columns:
        mapping = mappings.get(column.name)
        if mapping and mapping.transform:
            label = f"{place}: the transformLogic of {kind.name}.{column.name}"
            _refuse_more_than_an_expression(connection, mapping.transform, label)
            tried = f"select {text_expression(column, mapping, chunk)} from (select {nothing}) limit 0"
            _try_sql(connection, tried, f"{label} is no valid SQL here")
        if mapping and mapping.date_format:
            tried = f"select {dates.date_expression(column, 'null::varchar', 'null', mapping.date_format)}"
            _try_sql(connection, tried, f"{place}: the dateFormat of {kind.name}.{column.name} is none")


def _try_sql(connection: duckdb.DuckDBPyConnection, sql: str, problem: str) -> None:
    try:
        connection.execute(sql)
    except duckdb.Error as error:
        raise IecareerError(
            f"{problem}: {str(error).splitlines()[0]}",
            next_step="A transformation may use 'value' and the file's own headers in double quotes; "
            "a date format is one of DuckDB's strptime.",
        ) from None


def _refuse_more_than_an_expression(
    connection: duckdb.DuckDBPyConnection, transform: str, label: str
) -> None:
    """Refuse a transformation that is not one scalar expression: subqueries, second statements, unbalanced brackets."""
    tree = connection.execute("select json_serialize_sql(?)", [f"select {transform}\n"]).fetchall()[0][0]
    statements = json.loads(tree).get("statements", [])
    is_one = len(statements) == 1 and len(statements[0]["node"].get("select_list", [])) == 1
    if not is_one or '"class":"SUBQUERY"' in tree:
        raise IecareerError(
            f"{label} is not one SQL expression.",
            next_step="It may use functions, 'value' and the file's own headers; no query and no second statement.",
        )


def _unread(chunk: Chunk, mappings: dict[str, Mapping]) -> list[str]:
    """Headers that no column reads and that may be shown: if the header row is wrong, they may be a person's values."""
    read = {normal_header(name) for mapping in mappings.values() for name in mapping.headers}
    return [header for header in chunk.columns if header not in read and is_showable(header)]
