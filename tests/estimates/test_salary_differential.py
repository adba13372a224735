"""The tables of a night: their columns, their values, and that whatever comes in never stops it."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
import yaml
from planted_build import fill
from planted_sample import Plan, graduates

from iecareer.errors import IecareerError
from iecareer.estimates.analyses import read_analyses
from iecareer.estimates.policy import read_policy
from iecareer.estimates.salary_differential import estimate_differentials
from tests.models import build_model, build_policy

MARTS = Path(__file__).parents[2] / "dbt_project" / "models" / "differential"
AS_OF = date(2026, 1, 1)
VALUES = ("log_difference", "difference_cny", "se", "percent", "ci_low", "ci_high")


def estimated(build: duckdb.DuckDBPyConnection, as_of: date) -> dict[str, Any]:
    build_policy(build, as_of)
    for model in ("int_salary_cell", "int_differential_counterpart"):
        build_model(build, model, as_of)
    policy = read_policy(build)
    return estimate_differentials(build, read_analyses(build), policy)


def table(build: duckdb.DuckDBPyConnection, name: str = "salary_differential") -> list[dict[str, Any]]:
    return build.sql(f"from estimates.{name} order by scope").to_arrow_table().to_pylist()


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return graduates(3, Plan(institutions=40, graduates=40))


def test_columns_are_those_of_the_mart(build: duckdb.DuckDBPyConnection, rows: pd.DataFrame) -> None:
    fill(build, rows)
    estimated(build, AS_OF)

    mart = yaml.safe_load((MARTS / "msr_salary_differential.yml").read_text(encoding="utf-8"))["models"][0]
    listed = build.execute("describe estimates.salary_differential").fetchall()
    kinds = {"string": "VARCHAR", "int": "INTEGER", "bigint": "BIGINT", "double": "DOUBLE"}
    assert [(name, kind) for name, kind, *_ in listed] == [
        (column["name"], kinds[column["data_type"]]) for column in mart["columns"]
    ]


def test_the_planted_difference_is_found(build: duckdb.DuckDBPyConnection, rows: pd.DataFrame) -> None:
    fill(build, rows)

    assert estimated(build, AS_OF) == {"n_estimates": 2, "n_comparable": 2}

    mode, region = table(build)
    assert (region["scope"], region["method"], region["status"]) == ("region", "adjusted", "ok")
    assert (region["institution_code"], region["program_code"], region["mode"]) == (None, None, None)
    assert mode["mode"] == "order_class"
    of_mode = rows["is_cooperative"] & rows["program_code"].ne("P5")
    assert mode["n_cooperative"] == of_mode.sum() < region["n_cooperative"]
    assert mode["coverage"] == 1.0
    assert region["ci_low"] < 0.06 < region["ci_high"]
    assert region["percent"] == pytest.approx(math.expm1(region["log_difference"]))
    assert region["difference_cny"] == pytest.approx(region["log_difference"] * 4200, rel=0.5)
    assert region["n_cooperative"] == rows["is_cooperative"].sum()
    assert region["coverage"] == 1.0
    assert region["n_institutions_cooperative"] + region["n_institutions_comparison"] == 40


def test_a_graduate_without_score_or_counterpart_is_counted_or_left_out(
    build: duckdb.DuckDBPyConnection, rows: pd.DataFrame
) -> None:
    lonely = rows["program_code"].eq("P0") & ~rows["is_cooperative"]
    fill(
        build, rows[~lonely].assign(is_score_unknown=lambda each: (np.arange(len(each)) % 7 == 0).astype(int))
    )
    estimated(build, AS_OF)

    _, region = table(build)
    left = rows["is_cooperative"] & rows["program_code"].ne("P0")
    assert region["n_cooperative"] == left.sum()
    assert region["coverage"] == pytest.approx(left.sum() / rows["is_cooperative"].sum())


def one_institution(rows: pd.DataFrame) -> pd.DataFrame:
    first = rows.loc[rows["is_cooperative"], "institution_code"].iloc[0]
    return rows[~rows["is_cooperative"] | (rows["institution_code"] == first)]


def four_comparison_institutions(rows: pd.DataFrame) -> pd.DataFrame:
    some = rows.loc[~rows["is_cooperative"], "institution_code"].unique()[:4]
    return rows[rows["is_cooperative"] | rows["institution_code"].isin(some)]


def no_overlap(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(entry_score=np.where(rows["is_cooperative"], 2.0, -2.0))


def at_the_cap(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(n_limits=(rows["is_cooperative"] & (np.arange(len(rows)) % 5 == 0)).astype(int))


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (one_institution, "1 cooperative institutions, fewer than 5"),
        (four_comparison_institutions, "4 comparison institutions, fewer than 5"),
        (lambda rows: rows[rows["is_cooperative"]], "0 cooperative institutions, fewer than 5"),
        (no_overlap, "'entry_score' differs by"),
        (at_the_cap, "of a side are at the limits"),
    ],
)
def test_what_is_not_comparable_is_a_row_with_its_reason_and_without_a_value(
    build: duckdb.DuckDBPyConnection, rows: pd.DataFrame, spoil: Any, reason: str
) -> None:
    fill(build, spoil(rows))

    assert estimated(build, AS_OF)["n_comparable"] == 0

    for row, balance in zip(table(build), table(build, "salary_differential_balance"), strict=True):
        assert row["status"] == "not_comparable"
        assert [row[name] for name in VALUES] == [None] * len(VALUES)
        assert row["n_cooperative"] is not None
        assert reason in balance["reason"]


@pytest.mark.parametrize("which", ["nobody", "no_cooperation"])
def test_a_build_without_either_side_gives_empty_tables(
    build: duckdb.DuckDBPyConnection, rows: pd.DataFrame, which: str
) -> None:
    fill(build, rows.head(0) if which == "nobody" else rows[~rows["is_cooperative"]])

    assert estimated(build, AS_OF) == {"n_estimates": 0, "n_comparable": 0}
    assert table(build) == []


def test_equal_pay_is_no_difference_and_no_failure(
    build: duckdb.DuckDBPyConnection, rows: pd.DataFrame
) -> None:
    fill(build, rows.assign(log_pay=8.0))
    estimated(build, AS_OF)

    for row in table(build):
        assert row["log_difference"] == pytest.approx(0, abs=1e-9)
        assert all(value is None or math.isfinite(value) for value in (row[name] for name in VALUES))


def test_a_covariate_that_says_nothing_does_no_harm(
    build: duckdb.DuckDBPyConnection, rows: pd.DataFrame
) -> None:
    fill(build, rows.assign(sex="female", region_class="east", is_local=1, age=21))

    assert estimated(build, AS_OF)["n_comparable"] == 2


def test_gaps_in_what_is_known_of_graduates_stop_nothing(
    build: duckdb.DuckDBPyConnection, rows: pd.DataFrame
) -> None:
    fill(build, rows)
    build.execute("""update intermediate.int_graduate set
        entry_score = case graduate_id % 3 when 0 then null when 1 then 'nan'::double else entry_score end,
        birth_year = case when graduate_id % 5 > 0 then birth_year end,
        origin_region_code = case when graduate_id % 7 > 0 then origin_region_code end""")

    assert estimated(build, AS_OF)["n_comparable"] == 2


def test_a_missing_policy_number_is_named(build: duckdb.DuckDBPyConnection, rows: pd.DataFrame) -> None:
    fill(build, rows)
    build.execute("delete from seeds.policy_estimate where name = 'imbalance_max'")
    with pytest.raises(IecareerError, match="imbalance_max"):
        estimated(build, AS_OF)
    build.execute("drop table staging.stg_policy_number")
    with pytest.raises(IecareerError, match=r"staging\.stg_policy_number"):
        read_policy(build)


def test_policy_counts_from_its_day(build: duckdb.DuckDBPyConnection, rows: pd.DataFrame) -> None:
    fill(build, rows)
    build.execute("""insert into seeds.policy_estimate by name
        select name, 0 as value, date '2025-06-01' as effective_from from seeds.policy_estimate
        where name = 'imbalance_max'""")

    assert estimated(build, date(2025, 5, 31))["n_comparable"] == 2
    assert estimated(build, date(2025, 6, 1))["n_comparable"] == 0
