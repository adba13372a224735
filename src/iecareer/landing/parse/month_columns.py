"""Wide tables: a column for each month. Each filled cell of such a column becomes a record of that month."""

from __future__ import annotations

import re
from dataclasses import replace

import duckdb

from iecareer.errors import IecareerError
from iecareer.landing.names import is_showable
from iecareer.landing.parse.header_match import near_headers
from iecareer.landing.read.chunk import Chunk
from iecareer.sources import Mapping
from iecareer.sources.row_rules import MONTH, MonthColumns

# A record's number is that of its line times this, plus the place of its month.
MOST_COLUMNS = 256
# 7月, 2023年13月, 202313: a column that is meant as a month. A total is not: 2023年合计, 12个月平均.
_LIKE_MONTH = re.compile(
    r"(?:(?:19|20)?[0-9]{2}[-_./年])?[0-9一二三四五六七八九十]{1,3}月份?|月份?[0-9]{1,2}|(?:19|20)[0-9]{2}[-_./年]?[0-9]{1,2}月?份?"
)
_MONTH, _CELL = "m0", "m1"
# The header of the month that each record gets; no header of a file or a contract is like it.
_MONTH_OF_RECORD = "{month of the record}"


def month_mappings(months: MonthColumns, mappings: dict[str, Mapping]) -> dict[str, Mapping]:
    """How month and value are read once each month has a row of its own."""
    own = mappings.get(months.column, Mapping(months.column))
    return {
        "month": Mapping("month", (_MONTH_OF_RECORD,)),
        months.column: replace(own, headers=(months.header,)),
    }


def months_down(
    connection: duckdb.DuckDBPyConnection, chunk: Chunk, months: MonthColumns, place: str
) -> tuple[Chunk, int]:
    """Replace the table `raw` by one with a row for each filled month.

    Returns
    -------
    tuple
        The chunk as it is then, and the number of rows before, blank ones not counted.

    Raises
    ------
    IecareerError
        When no header is a month, one is like a month and is none, two are the same month, or there are more than
        `MOST_COLUMNS`.
    """
    found = _months(connection, chunk, months, place)
    texts = ", ".join(f"'{month}'" for month in found.values())
    cells = ", ".join(chunk.columns[header] for header in found)
    others = {header: column for header, column in chunk.columns.items() if header not in found}
    run = connection.execute
    filled = ", ".join(f"normal({column})" for column in chunk.columns.values())
    n_rows = run(f"select count(*) from raw where _malformed or coalesce({filled}) is not null").fetchall()[
        0
    ][0]
    kept = "".join(f", {column}" for column in others.values())
    run(
        f"""create temp table months_down as
        select _line * {MOST_COLUMNS} + _nth as _line, _malformed{kept}, {_MONTH}, {_CELL}
        from (
            select *, unnest([{texts}]) as {_MONTH}, unnest([{cells}]) as {_CELL}, unnest(range({len(found)})) as _nth
            from raw
        )
        where normal({_CELL}) is not null or (_malformed and _nth = 0)"""
    )
    run("drop table raw")
    run("alter table months_down rename to raw")
    return replace(chunk, columns=others | {_MONTH_OF_RECORD: _MONTH, months.header: _CELL}, lines=None), int(
        n_rows
    )


def _months(
    connection: duckdb.DuckDBPyConnection, chunk: Chunk, months: MonthColumns, place: str
) -> dict[str, str]:
    """Header → month (``YYYY-MM``) of the headers that are months."""
    fitting = {header: text for header in chunk.columns if (text := months.month_in(header))}
    found: dict[str, str] = {}
    for header, text in fitting.items():
        month = connection.execute(
            # Each step is a query of its own: a macro repeats its argument, and planning that takes seconds.
            """select strftime(parsed_date(plain), '%Y-%m') from (select plain_date(written) as plain
            from (select translate(found, '_ ', '--') as written from (select normal(text) as found
            from (select unnest([?]) as text))))""",
            [text],
        ).fetchall()[0][0]
        if month in found.values():
            raise IecareerError(
                f"{place}: two headers like '{months.header}' are of the month {month}.",
                next_step="Ask the office which of the two it means, and rename the other.",
            )
        if month:
            found[header] = month
    if not found:
        others = [header for header in chunk.columns if is_showable(header)]
        near = " or ".join(near_headers(months.header.replace(MONTH, ""), months.column, others))
        raise IecareerError(
            f"{place}: no header is like '{months.header}' with a month and its year"
            f"{f' (did you mean {near}?)' if near else ''}.",
            next_step="Correct 'header' of monthColumns in the contract.",
        )
    for header, text in fitting.items():
        if header not in found and _LIKE_MONTH.fullmatch(text):
            raise IecareerError(
                f"{place}: the header '{header}' is like '{months.header}', and '{text}' is no month with its year.",
                next_step="Ask the office which month it is; its cells would be lost.",
            )
    if len(found) > MOST_COLUMNS:
        raise IecareerError(f"{place}: more than {MOST_COLUMNS} headers are months.")
    return found
