"""The two tables of schema ``estimates``: their columns, and writing them whole, empty ones too."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

KEY = {
    "measure": "varchar",
    "scope": "varchar",
    "institution_code": "varchar",
    "program_code": "varchar",
    "mode": "varchar",
    "cohort_year": "integer",
    "method": "varchar",
}

SALARY_DIFFERENTIAL = KEY | {
    "difference_cny": "double",
    "n_cooperative": "bigint",
    "n_comparison": "bigint",
    "n_institutions_cooperative": "bigint",
    "n_institutions_comparison": "bigint",
    "coverage": "double",
    "log_difference": "double",
    "se": "double",
    "percent": "double",
    "ci_low": "double",
    "ci_high": "double",
    "status": "varchar",
}

BALANCE = KEY | {
    "n_cells": "bigint",
    "largest_difference": "double",
    "largest_difference_of": "varchar",
    "effective_comparison": "double",
    "extreme_share": "double",
    "log_difference_untrimmed": "double",
    "log_difference_trimmed": "double",
    "reason": "varchar",
    "warning": "varchar",
}


def write(connection: duckdb.DuckDBPyConnection, rows: list[dict[str, Any]]) -> None:
    """Replace both tables; what is missing or not finite becomes null."""
    connection.execute("create schema if not exists estimates")
    for table, columns in (
        ("salary_differential", SALARY_DIFFERENTIAL),
        ("salary_differential_balance", BALANCE),
    ):
        listed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        connection.execute(f"create or replace table estimates.{table} ({listed})")
        if rows:
            marks = ", ".join("?" for _ in columns)
            values = [[_finite(row.get(name)) for name in columns] for row in rows]
            connection.executemany(f"insert into estimates.{table} values ({marks})", values)


def _finite(value: Any) -> Any:
    """The value, or None for pandas' many forms of nothing."""
    import pandas as pd

    if pd.isna(value):
        return None
    return None if isinstance(value, float) and not math.isfinite(value) else value
