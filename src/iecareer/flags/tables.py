"""Columns of the two tables in schema ``flags``, and writing a table whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    import duckdb
    import pandas as pd

REASON = {
    "measure": "varchar",
    "value": "double",
    "peers_value": "double",
    "n": "integer",
    "peers_n": "integer",
    "zh": "varchar",
    "en": "varchar",
}

PROGRAM_FLAG = {
    "institution_code": "varchar",
    "program_code": "varchar",
    "cohort_year": "integer",
    "as_of": "date",
    "n": "integer",
    "n_graduates": "integer",
    "size_band": "varchar",
    "peers_level": "varchar",
    "score": "double",
    "posterior": "double",
    "q_value": "double",
    "is_flagged": "boolean",
    "model": "varchar",
    **{f"reason_{place}_{name}": kind for place in (1, 2, 3) for name, kind in REASON.items()},
    "what_would_clear_zh": "varchar",
    "what_would_clear_en": "varchar",
}

SCORECARD = {
    "as_of": "date",
    "model": "varchar",
    "size_band": "varchar",
    "n_units": "integer",
    "n_years": "integer",
    "mean_target": "double",
    "precision_at_budget": "double",
    "pr_auc": "double",
    "brier": "double",
    "calibration_slope": "double",
    "flagged_share": "double",
    "false_alarm_share": "double",
    "model_gain": "double",
    "model_gain_ci_low": "double",
    "model_gain_ci_high": "double",
    "chosen": "boolean",
    "reason": "varchar",
}


def empty_scorecard(as_of: date, reason: str) -> pd.DataFrame:
    """One row that says why nothing was scored."""
    import pandas as pd

    row = dict.fromkeys(SCORECARD) | {
        "as_of": as_of,
        "model": "none",
        "size_band": "all",
        "n_units": 0,
        "n_years": 0,
        "chosen": False,
        "reason": reason,
    }
    return pd.DataFrame([row])


def write(connection: duckdb.DuckDBPyConnection, flags: pd.DataFrame | None, scorecard: pd.DataFrame) -> None:
    """Replace ``flags.program_flag`` and ``flags.scorecard``."""
    connection.execute("create schema if not exists flags")
    _replace(connection, "flags.program_flag", PROGRAM_FLAG, flags)
    _replace(connection, "flags.scorecard", SCORECARD, scorecard)


def date_again(connection: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Give both tables of an earlier night the day of a later one."""
    for table in ("program_flag", "scorecard"):
        connection.execute(f"update flags.{table} set as_of = ?", [as_of])


def _replace(
    connection: duckdb.DuckDBPyConnection, table: str, columns: dict[str, str], rows: pd.DataFrame | None
) -> None:
    """Create a table with its columns and fill it; not-a-number becomes null."""
    listed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    connection.execute(f"create or replace table {table} ({listed})")
    if rows is None or rows.empty:
        return
    connection.register(
        "flag_rows", rows[list(columns)].astype(object).where(rows[list(columns)].notna(), None)
    )
    values = ", ".join(f"cast({name} as {kind})" for name, kind in columns.items())
    connection.execute(f"insert into {table} select {values} from flag_rows")
    connection.unregister("flag_rows")
