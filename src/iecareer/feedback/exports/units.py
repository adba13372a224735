"""Published rows by unit: a program of an institution, an institution or the region, with its cohorts."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from iecareer.feedback.published import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duckdb import DuckDBPyConnection

    from iecareer.feedback.published import Row

_CODES = "coalesce(institution_code, '') as institution, coalesce(program_code, '') as program"
_COHORTS = "coalesce(cohort_from, 0) as first, coalesce(cohort_to, 0) as last"
_KEY = ("scope", "institution", "program", "first", "last")
_AT_ONCE = 10_000


class Unit(NamedTuple):
    """One unit; codes that it does not have are empty, and all cohorts together are 0 to 0."""

    scope: str
    institution: str
    program: str
    first: int
    last: int


def rows_of(
    connection: DuckDBPyConnection, table: str, columns: str, condition: str
) -> Iterator[tuple[Unit, list[Row]]]:
    """The rows of each unit in the order of the units; only `columns` of the rows."""
    query = f"""select scope, {_CODES}, {_COHORTS}, {columns} from feedback.{table}
        where scope in ('program', 'institution', 'region') and {condition} order by all"""
    batches = connection.sql(query).to_arrow_reader(_AT_ONCE)
    rows = (row for batch in batches for row in batch.to_pylist())
    for key, found in groupby(rows, key=lambda row: Unit(*(row[name] for name in _KEY))):
        yield key, list(found)


def counts_of(connection: DuckDBPyConnection, table: str, columns: str, condition: str) -> dict[Unit, Row]:
    """The one row of each unit."""
    return {unit: rows[0] for unit, rows in rows_of(connection, table, columns, condition)}


def names(connection: DuckDBPyConnection, table: str, code: str, columns: str) -> dict[str, Row]:
    """Names of codes, from ``feedback.institution`` or ``feedback.program``."""
    found = plain_text(connection.sql(f"select {code}, {columns} from feedback.{table}").to_arrow_table())
    return {row[code]: row for row in found.to_pylist()}
