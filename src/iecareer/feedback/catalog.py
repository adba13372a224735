"""List tables and columns of an open build."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def columns_of(connection: DuckDBPyConnection, table: str) -> list[str]:
    """Column names of ``schema.table``, in order; none where there is no such table or view."""
    schema, name = table.split(".")
    rows = connection.execute(
        "select column_name from information_schema.columns where table_schema = ? and table_name = ? "
        "order by ordinal_position",
        [schema, name],
    ).fetchall()
    return [str(row[0]) for row in rows]


def has_table(connection: DuckDBPyConnection, table: str) -> bool:
    """Whether there is a table or view ``schema.table``."""
    return bool(columns_of(connection, table))
