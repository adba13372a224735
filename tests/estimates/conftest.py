"""Makes the planted sample of this folder importable by its tests, and keeps linear algebra on one thread."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
from threadpoolctl import threadpool_limits

from iecareer.estimates.policy import EstimatePolicy, read_policy

sys.path.insert(0, str(Path(__file__).parent))
SEEDS = Path(__file__).parents[2] / "dbt_project" / "seeds" / "policy"


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    with threadpool_limits(limits=1):
        yield


@pytest.fixture
def build() -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty build that has the policy alone."""
    with duckdb.connect() as connection:
        for schema in ("intermediate", "seeds"):
            connection.execute(f"create schema {schema}")
        for seed in ("policy_estimate", "policy_indicator", "policy_disclosure"):
            connection.execute(
                f"create table seeds.{seed} as select * from read_csv($p)", {"p": str(SEEDS / f"{seed}.csv")}
            )
        yield connection


@pytest.fixture
def policy(build: duckdb.DuckDBPyConnection) -> EstimatePolicy:
    return read_policy(build, date(2026, 1, 1))
