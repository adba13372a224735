"""Columns of the tables in schema ``flags``, and writing a table whole."""

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

PROGRAM_CODE_ALARM = {
    "program_code": "varchar",
    "as_of": "date",
    "n": "integer",
    "share": "double",
    "posterior": "double",
    "is_alarmed": "boolean",
    "skill_coverage": "double",
    "demand_trend": "double",
    "status": "varchar",
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
    "log_loss": "double",
    "brier": "double",
    "calibration_slope": "double",
    "recall_lead_2": "double",
    "recall_lead_1": "double",
    "recall_lead_0": "double",
    "flagged_share": "double",
    "false_alarm_share": "double",
    "model_gain": "double",
    "model_gain_ci_low": "double",
    "model_gain_ci_high": "double",
    "model_gain_upper": "double",
    "chosen": "boolean",
    "reason": "varchar",
}

MODEL_CARD = {
    "component": "varchar",
    "name": "varchar",
    "as_of": "date",
    "value": "varchar",
}

DRIFT = {
    "measure": "varchar",
    "as_of": "date",
    "n_training": "integer",
    "n_today": "integer",
    "mean_training": "double",
    "mean_today": "double",
    "standardized_difference": "double",
    "missing_training": "double",
    "missing_today": "double",
    "is_drifted": "boolean",
}


def empty_scorecard(reason: str) -> pd.DataFrame:
    """One row that says why nothing was scored."""
    import pandas as pd

    row = dict.fromkeys(SCORECARD) | {
        "model": "none",
        "size_band": "all",
        "n_units": 0,
        "n_years": 0,
        "chosen": False,
        "reason": reason,
    }
    return pd.DataFrame([row])


TABLES = {
    "program_flag": PROGRAM_FLAG,
    "program_code_alarm": PROGRAM_CODE_ALARM,
    "scorecard": SCORECARD,
    "model_card": MODEL_CARD,
    "drift": DRIFT,
}


def write(connection: duckdb.DuckDBPyConnection, as_of: date, rows: dict[str, pd.DataFrame]) -> None:
    """Replace all tables of schema ``flags``; those without rows are empty."""
    connection.execute("create schema if not exists flags")
    for table, columns in TABLES.items():
        dated = rows[table].assign(as_of=as_of) if table in rows else None
        _replace(connection, f"flags.{table}", columns, dated)


def date_again(connection: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Give the tables of an earlier night the day of a later one."""
    for table in TABLES:
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
