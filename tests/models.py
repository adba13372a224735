"""Models, seeds and policy on an open DuckDB build, without dbt: for tests that need a few of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import duckdb

from iecareer.transform import rendered
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


def with_inputs(names: Iterable[str], as_of: date) -> list[str]:
    """These models and every model and seed they read, directly or through others; each after those it reads itself."""
    files = [*(PROJECT / "models").rglob("*.sql"), *(PROJECT / "seeds").rglob("*.csv")]
    by_table = {rendered.table_of(path.stem): path for path in files}
    ordered: dict[str, None] = {}

    def add(name: str) -> None:
        if name in ordered:
            return
        if by_table[rendered.table_of(name)].suffix == ".sql":
            for table in re.findall(r"\b[a-z]+\.[a-z]\w+", rendered.sql_of(name, as_of)):
                if table in by_table:
                    add(by_table[table].stem)
        ordered[name] = None

    for name in names:
        add(name)
    return [*ordered]


def build_with_inputs(connection: duckdb.DuckDBPyConnection, names: Iterable[str], as_of: date) -> None:
    """Models with all that they read, from the schema `landing` of the build."""
    for name in with_inputs(names, as_of):
        if [*(PROJECT / "seeds").rglob(f"{name}.csv")]:
            build_seed(connection, name)
        else:
            build_model(connection, name, as_of)
