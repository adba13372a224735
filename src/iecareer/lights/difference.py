"""Differences between published lights or money and those computed again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

# Computed numbers closer than this count as equal.
ROUNDING = 1e-9
KEYS = {
    "lights.light_indicator": ("scope", "area_code", "institution_code", "program_code", "year", "indicator"),
    "lights.light": ("scope", "area_code", "institution_code", "program_code", "year"),
    "lights.warning": ("scope", "area_code", "institution_code", "program_code", "year", "cause"),
    "instruments.allocation": ("institution_code", "year"),
    "instruments.floating_fund": ("area_code", "year"),
    "instruments.insurance_subsidy": ("policy_id", "year"),
    "instruments.area_appraisal": ("area_code", "year"),
}


@dataclass(frozen=True)
class Difference:
    """A cell that differs: its table, the key of its row, the column, and both values; None also stands for no row."""

    table: str
    key: dict[str, Any]
    column: str
    published: Any
    computed: Any


def differences(
    connection: duckdb.DuckDBPyConnection, table: str, year: int | None = None
) -> list[Difference]:
    """Cells of a table that differ from the warehouse attached as ``published``, in the order of their keys."""
    key = KEYS[table]
    before, after = (_rows(connection, name, key, year) for name in (f"published.{table}", f"memory.{table}"))
    found = []
    for name in sorted({*before, *after}, key=str):
        one, other = before.get(name, {}), after.get(name, {})
        for column in one or other:
            if not _equal(one.get(column), other.get(column)):
                row = dict(zip(key, name, strict=True))
                found.append(Difference(table, row, column, one.get(column), other.get(column)))
    return found


def _rows(
    connection: duckdb.DuckDBPyConnection, table: str, key: tuple[str, ...], year: int | None
) -> dict[tuple[Any, ...], dict[str, Any]]:
    cursor = connection.execute(f"select * from {table} where year = coalesce($year, year)", {"year": year})
    columns = [column[0] for column in cursor.description or []]
    rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    return {tuple(row[name] for name in key): row for row in rows}


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= ROUNDING * max(1.0, abs(one))
    return bool(one == other)
