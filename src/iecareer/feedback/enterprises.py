"""The rows that an enterprise may read: retention of its own hires beside its industry."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from iecareer.feedback.published import EMPLOYERS, Row, read_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa
    from duckdb import DuckDBPyConnection

    from iecareer.feedback.published import Edition

# Enterprises are read for this many at once: a query for each of them would scan the table again.
_AT_ONCE = 500


@dataclass(frozen=True)
class Enterprise:
    """One enterprise with at least one block of ten hires; `industry` is a section, or nothing if unknown."""

    code: str
    name: str
    industry: str | None
    table: pa.Table

    @property
    def blocks(self) -> list[list[Row]]:
        """The rows of each block of cohorts in the order of their horizons, the newest block first."""
        rows = sorted(self.table.to_pylist(), key=lambda row: (-row["cohort_to"], row["horizon_months"]))
        return [list(block) for _, block in groupby(rows, key=lambda row: row["cohort_to"])]


def read_enterprises(connection: DuckDBPyConnection, edition: Edition) -> Iterator[Enterprise]:
    """All enterprises with published rows, in the order of their codes."""
    found = connection.execute(
        f"select distinct enterprise_code from feedback.{EMPLOYERS} order by 1"
    ).fetchall()
    codes = [str(row[0]) for row in found]
    for first in range(0, len(codes), _AT_ONCE):
        some = codes[first : first + _AT_ONCE]
        table = read_table(connection, EMPLOYERS, "list_contains(?, enterprise_code)", edition, [some])
        codes_read = sorted(set(table.column("enterprise_code").to_pylist()))
        yield from (_enterprise(code, table) for code in codes_read)


def _enterprise(code: str, table: pa.Table) -> Enterprise:
    import pyarrow.compute as pc

    own = table.filter(pc.equal(table.column("enterprise_code"), code))
    first = own.slice(0, 1).to_pylist()[0]
    return Enterprise(code, first["enterprise_name"] or code, first["industry"], own)
