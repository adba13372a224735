"""The table of decomposed gaps: its rows, its parts, and what is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from planted_build import fill
from planted_sample import Plan, graduates

from iecareer.estimates.analyses import read_analyses
from iecareer.estimates.policy import read_policy
from iecareer.estimates.salary_decomposition import estimate_decompositions
from tests.models import build_model

AS_OF = date(2026, 1, 1)
CHARACTERISTICS = {"entry_score", "age", "origin", "sex", "program_group", "region_class", "cohort"}


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return graduates(3, Plan(institutions=40, graduates=40))


def table(build: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    policy = read_policy(build)
    for model in ("int_salary_cell", "int_differential_counterpart"):
        build_model(build, model, AS_OF)
    estimate_decompositions(build, read_analyses(build), policy)
    return build.sql("from estimates.salary_decomposition").to_arrow_table().to_pylist()


def test_every_gap_is_split_by_both_references(build: duckdb.DuckDBPyConnection, rows: pd.DataFrame) -> None:
    fill(build, rows)
    found = [row for row in table(build) if row["scope"] == "region"]
    sides = rows.groupby("is_cooperative")["log_pay"].mean()

    assert len(found) == 2 * (3 + len(CHARACTERISTICS))
    for reference in ("comparison", "pooled"):
        of_reference = [row for row in found if row["reference"] == reference]
        total = {row["component"]: row for row in of_reference if row["characteristic"] is None}
        parts = {row["characteristic"]: row for row in of_reference if row["characteristic"]}
        assert set(parts) == CHARACTERISTICS
        assert {row["component"] for row in parts.values()} == {"composition"}
        assert total["gap"]["log_difference"] == pytest.approx(sides[True] - sides[False], rel=1e-9)
        assert sum(row["log_difference"] for row in parts.values()) == pytest.approx(
            total["composition"]["log_difference"], abs=1e-9
        )
        assert total["structure"]["ci_low"] < Plan().difference < total["structure"]["ci_high"]
        # Cooperative graduates have better scores, which move pay by .05 a standard deviation.
        assert parts["entry_score"]["log_difference"] == pytest.approx(0.015, abs=0.01)


def at_the_cap(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(n_limits=(rows["is_cooperative"] & (np.arange(len(rows)) % 5 == 0)).astype(int))


def few_graduates(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[~rows["is_cooperative"] | (rows.groupby("institution_code").cumcount() < 4)]


def four_institutions(rows: pd.DataFrame) -> pd.DataFrame:
    some = rows.loc[rows["is_cooperative"], "institution_code"].unique()[:4]
    return rows[~rows["is_cooperative"] | rows["institution_code"].isin(some)]


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (at_the_cap, "of a side are at the limits"),
        (few_graduates, "cooperative graduates, fewer than 100"),
        (four_institutions, "4 cooperative institutions, fewer than 5"),
    ],
)
def test_what_is_refused_has_its_totals_without_values(
    build: duckdb.DuckDBPyConnection, rows: pd.DataFrame, spoil: Any, reason: str
) -> None:
    fill(build, spoil(rows))
    found = [row for row in table(build) if row["scope"] == "region"]

    assert [row["component"] for row in found] == ["gap", "composition", "structure"] * 2
    for row in found:
        assert (row["status"], row["log_difference"], row["se"]) == ("not_comparable", None, None)
        assert reason in row["reason"]
        assert row["n_cooperative"] > 0


def test_a_build_without_cooperation_gives_an_empty_table(
    build: duckdb.DuckDBPyConnection, rows: pd.DataFrame
) -> None:
    fill(build, rows[~rows["is_cooperative"]])

    assert table(build) == []
