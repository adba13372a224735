"""Models, seeds and policy on an open DuckDB build, without dbt: for tests that need a few of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from iecareer.transform.rendered import compute, macro

__all__ = ["build_model", "build_policy", "build_seed", "macro"]
PROJECT = Path(__file__).parents[1] / "dbt_project"
POLICY = (
    *("policy_disclosure", "policy_estimate", "policy_flag", "policy_indicator"),
    *("policy_instrument", "policy_light", "policy_signal"),
)


def build_seed(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Load a seed into schema ``seeds``."""
    (path,) = (PROJECT / "seeds").rglob(f"{name}.csv")
    connection.execute("create schema if not exists seeds")
    connection.execute(
        f"create or replace table seeds.{name} as select * from read_csv($path)", {"path": str(path)}
    )


def build_policy(connection: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """The policy in force on a day, from the build's seeds, else from the seeds as shipped."""
    for seed in (*POLICY, "student_t"):
        held = connection.execute(
            "select 1 from information_schema.tables where table_schema = 'seeds' and table_name = $seed",
            {"seed": seed},
        ).fetchall()
        if not held:
            build_seed(connection, seed)
    for model in ("stg_policy_number", "stg_policy_indicator", "int_policy", "int_peer_level"):
        build_model(connection, model, as_of)


def build_model(connection: duckdb.DuckDBPyConnection, name: str, as_of: date) -> None:
    """Compute a model from the tables it reads, which the build must have."""
    compute(connection, [name], as_of)
