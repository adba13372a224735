"""The worked example on Spark: the same SQL gives the same lights and instruments."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from iecareer.engine.cluster import begin, hand_over, lay_out, spark_build
from iecareer.lights import models
from iecareer.settings import project_folder
from tests.engines.clusters import SPARK
from tests.lights.example import AS_OF, example
from tests.lights.tables import (
    INSTRUMENTS,
    LIGHTS,
    TABLES,
    build_instruments,
    build_lights,
    write,
)

pytestmark = [*SPARK, pytest.mark.slow]


def contents(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    names = connection.execute(
        "select table_schema || '.' || table_name from information_schema.tables "
        "where table_schema in ('lights', 'instruments') order by 1"
    ).fetchall()
    return {name: connection.execute(f"from {name} order by all").fetchall() for (name,) in names}


def test_spark_gives_the_same_lights_and_instruments(tmp_path: Path) -> None:
    folder = tmp_path / "spark"
    with duckdb.connect(str(tmp_path / "b.duckdb")) as connection:
        write(connection, example())
        build_lights(connection, AS_OF)
        build_instruments(connection, AS_OF)
        expected = contents(connection)
        begin(folder, connection)
        for name in TABLES:
            lay_out(connection, *name.split("."), folder)
        selected = [*models.POLICY, *LIGHTS, *INSTRUMENTS]
        spark_build(
            folder, project_folder("dbt_project"), selected, {"as_of": AS_OF.isoformat()}, tests="none"
        )
    with duckdb.connect() as connection:
        for schema in ("lights", "instruments"):
            connection.execute(f"create schema {schema}")
            hand_over(connection, folder, schema)
        found = contents(connection)
    assert set(found) == set(expected)
    for name, rows in expected.items():
        assert len(found[name]) == len(rows), name
        for row, other in zip(rows, found[name], strict=True):
            assert [nearly(cell) for cell in other] == [nearly(cell) for cell in row], name


def nearly(cell: Any) -> Any:
    return pytest.approx(cell, abs=1e-9) if isinstance(cell, float) else cell
