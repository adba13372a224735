"""Columns of the tables in schema ``estimates``, and writing a table whole."""

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


SALARY_DECOMPOSITION = {
    "measure": "varchar",
    "scope": "varchar",
    "mode": "varchar",
    "cohort_year": "integer",
    "reference": "varchar",
    "component": "varchar",
    "characteristic": "varchar",
    "log_difference": "double",
    "se": "double",
    "ci_low": "double",
    "ci_high": "double",
    "n_cooperative": "bigint",
    "n_comparison": "bigint",
    "n_institutions_cooperative": "bigint",
    "n_institutions_comparison": "bigint",
    "status": "varchar",
    "reason": "varchar",
}


PROGRAM = {
    "indicator": "varchar",
    "institution_code": "varchar",
    "program_code": "varchar",
    "cohort_year": "integer",
    "n": "bigint",
    "value": "double",
    "peer_level": "varchar",
    "n_peers": "bigint",
    "peer_mean": "double",
}

PROGRAM_SHRUNKEN = PROGRAM | {
    "between_sd": "double",
    "shrinkage": "double",
    "shrunken": "double",
    "ci_low": "double",
    "ci_high": "double",
    "status": "varchar",
}

PROGRAM_FUNNEL = PROGRAM | {
    "over_dispersion": "double",
    "limit_low_95": "double",
    "limit_high_95": "double",
    "limit_low_998": "double",
    "limit_high_998": "double",
    "p_value": "double",
    "q_value": "double",
    "is_unusual": "boolean",
    "status": "varchar",
}


CURRICULUM_CHANGE = {
    "indicator": "varchar",
    "event_time": "integer",
    "estimate": "double",
    "se": "double",
    "ci_low": "double",
    "ci_high": "double",
    "n_changed": "bigint",
    "n_comparison": "bigint",
    "n_institutions_changed": "bigint",
    "n_institutions_comparison": "bigint",
    "status": "varchar",
    "reason": "varchar",
    "warning": "varchar",
}


def write(
    connection: duckdb.DuckDBPyConnection, table: str, columns: dict[str, str], rows: list[dict[str, Any]]
) -> None:
    """Replace a table of schema ``estimates``; missing and non-finite values become null."""
    import pyarrow as pa

    connection.execute("create schema if not exists estimates")
    listed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    connection.execute(f"create or replace table estimates.{table} ({listed})")
    if rows:
        found = pa.table({name: [_finite(row.get(name)) for row in rows] for name in columns})
        chosen = ", ".join(f"cast({name} as {kind})" for name, kind in columns.items())
        connection.register("estimated", found)
        connection.execute(f"insert into estimates.{table} select {chosen} from estimated")
        connection.unregister("estimated")


def _finite(value: Any) -> Any:
    """The value, or None for any missing or non-finite value of pandas."""
    import pandas as pd

    if pd.isna(value):
        return None
    return None if isinstance(value, float) and not math.isfinite(value) else value
