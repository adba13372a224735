"""The rows of the published warehouse that one institution may read, and the run they come from.

Input: the published file, read-only. Output: rows of the schema ``feedback``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from iecareer import settings
from iecareer.errors import IecareerError
from iecareer.feedback import wording
from iecareer.feedback.catalog import has_table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Row = dict[str, Any]
# Every institution gets the region-wide rows.
_REGION_WIDE = "salary_differential"
_CURVE = "retention_curve"


@dataclass(frozen=True)
class Edition:
    """The run that a release is made from.

    Parameters
    ----------
    run_id, as_of : str
        Run and its ISO date.
    policy : list of dict
        Policy rows in force: name, value, unit, effective_from, document, clause, description.
    """

    run_id: str
    as_of: str
    policy: list[Row]

    @property
    def false_discovery_rate(self) -> float | None:
        """Expected share of false alarms among flags, by policy; None without flags."""
        found = [row["value"] for row in self.policy if row["name"] == "false_discovery_rate"]
        return float(found[0]) if found else None

    def number(self, name: str) -> int:
        """A policy number by name."""
        return int(next(row["value"] for row in self.policy if row["name"] == name))


@dataclass(frozen=True)
class College:
    """The rows of one institution in the published warehouse."""

    code: str
    name: str
    summary: Row
    tables: dict[str, list[Row]] = field(default_factory=dict)
    headers: dict[str, list[str]] = field(default_factory=dict)

    def rows(self, table: str, **where: object) -> list[Row]:
        """Rows of a table whose columns equal `where`."""
        return [
            row for row in self.tables[table] if all(row.get(key) == value for key, value in where.items())
        ]


@contextmanager
def open_published() -> Iterator[DuckDBPyConnection]:
    """Open ``$IECAREER_HOME/warehouse.duckdb`` read-only.

    Raises
    ------
    IecareerError
        When nothing has been published yet, or the published warehouse has no feedback.
    """
    import duckdb

    path = settings.home() / "warehouse.duckdb"
    if not path.is_file():
        raise IecareerError("There is no published warehouse in this home.", next_step="Run: iecareer run")
    connection = duckdb.connect(str(path), read_only=True)
    try:
        if not has_table(connection, "feedback.candidate"):
            raise IecareerError(
                "The published warehouse has no feedback tables.", next_step="Run: iecareer run"
            )
        yield connection
    finally:
        connection.close()


def read_edition(connection: DuckDBPyConnection) -> Edition:
    """The run, date and policy rows of the published feedback."""
    run = _rows(connection, "select run_id, as_of::varchar as as_of from feedback.candidate")[0]
    policy = _rows(
        connection, "select * replace (effective_from::varchar as effective_from) from feedback.policy"
    )
    return Edition(run["run_id"], run["as_of"], policy)


def institution_codes(connection: DuckDBPyConnection) -> list[str]:
    """Codes of all institutions that get a folder, in order."""
    found = connection.execute("select institution_code from feedback.summary order by 1").fetchall()
    return [str(row[0]) for row in found]


def read_college(connection: DuckDBPyConnection, code: str) -> College:
    """Read all rows that one institution may see."""
    summary = _rows(connection, "select * from feedback.summary where institution_code = ?", [code])[0]
    found = {name: _read_table(connection, name, code) for name in wording.tables()}
    tables = {name: rows for name, (_, rows) in found.items()}
    headers = {name: names for name, (names, _) in found.items()}
    return College(code, str(summary["institution_name"]), summary, tables, headers)


def _read_table(connection: DuckDBPyConnection, table: str, code: str) -> tuple[list[str], list[Row]]:
    own = "t.institution_code = ?"
    if table == _REGION_WIDE:
        own = f"({own} or (t.institution_code is null and t.scope in ('region', 'mode')))"
    # Withheld months of a curve are left out; the table of horizons explains them.
    if table == _CURVE:
        own += " and t.status = 'ok'"
    return _named_rows(
        connection,
        f"""select t.institution_code, t.program_code, p.program_name,
          t.* exclude (institution_code, program_code)
        from feedback.{table} t left join feedback.program p using (program_code) where {own} order by all""",
        [code],
    )


def _rows(connection: DuckDBPyConnection, query: str, parameters: list[Any] | None = None) -> list[Row]:
    return _named_rows(connection, query, parameters)[1]


def _named_rows(
    connection: DuckDBPyConnection, query: str, parameters: list[Any] | None = None
) -> tuple[list[str], list[Row]]:
    """Column names (also of an empty table) and rows."""
    result = connection.execute(query, parameters or [])
    names = [str(column[0]) for column in result.description or []]
    return names, [dict(zip(names, values, strict=True)) for values in result.fetchall()]
