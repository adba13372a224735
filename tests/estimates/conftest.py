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
from tests.models import build_policy

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    with threadpool_limits(limits=1):
        yield


@pytest.fixture
def build() -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty build that has the policy alone."""
    with duckdb.connect() as connection:
        connection.execute("create schema intermediate")
        build_policy(connection, date(2026, 1, 1))
        yield connection


@pytest.fixture
def policy(build: duckdb.DuckDBPyConnection) -> EstimatePolicy:
    return read_policy(build)
