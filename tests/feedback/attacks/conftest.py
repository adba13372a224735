"""One invented region and its release, for attacks."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.feedback.attacks import invented


@pytest.fixture(scope="session")
def region() -> duckdb.DuckDBPyConnection:
    """A published region, only to be read: tests that change it take a copy of it (`invented.copied`)."""
    connection = invented.invent(seed=1, n_institutions=3)
    invented.publish(connection)
    return connection


@pytest.fixture(scope="session")
def invented_release(region: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its release, only to be read."""
    return invented.write_release(region, tmp_path_factory.mktemp("invented"))
