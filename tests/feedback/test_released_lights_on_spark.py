"""Released lights on Spark: the same units stand, and the same is told of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from iecareer.engine.cluster import begin, hand_over, lay_out, spark_build
from iecareer.lights import models
from iecareer.settings import project_folder
from tests.engines.clusters import SPARK
from tests.feedback.lights_of_people import AS_OF, MODELS, House, invented

pytestmark = [*SPARK, pytest.mark.slow]
INPUTS = (
    *("landing.release", "landing.released_light", "landing.released_contribution"),
    *(
        "intermediate.int_program_cohort",
        "intermediate.int_contribution",
        "intermediate.int_publication_unit",
    ),
    *("intermediate.int_part_row", "intermediate.int_standing_unit", "intermediate.int_program_level"),
    *("intermediate.int_course_in_force", "indicators.msr_published_value", "marts.dim_institution"),
    "basis.basis_light_value",
)
TOLD = (
    *("basis_standing_light", "basis_released_light", "basis_released_indicator", "basis_released_warning"),
    *("basis_release_light", "basis_release_light_contribution"),
)


def contents(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    """Rows by table; numbers that are kept as text are numbers again."""
    found = {}
    for name in TOLD:
        columns = "*"
        if name == "basis_release_light":
            columns = "* replace (coalesce(round(try_cast(value as double), 9)::varchar, value) as value)"
        found[name] = connection.execute(f"select {columns} from basis.{name} order by all").fetchall()
    return found


def test_spark_keeps_and_tells_the_same_lights(tmp_path: Path, home: Path) -> None:
    house, people = House(tmp_path / "build.duckdb"), invented(21, seed=1)
    house.publish(people)
    house.build(people)
    house.release(home)
    for at, program in enumerate(
        sorted({*zip(people.told["institution_code"], people.told["program_code"], strict=True)})
    ):
        people.change(program, {"job_match": 5, "retention_12": 4 + at % 2})
    house.build(people)
    folder = tmp_path / "spark"
    with duckdb.connect(str(house.path)) as connection:
        expected = contents(connection)
        begin(folder, connection)
        for name in INPUTS:
            lay_out(connection, *name.split("."), folder)
    selected = [*models.POLICY, "int_disclosure_policy", *MODELS]
    variables = {"as_of": AS_OF.isoformat()}
    spark_build(folder, project_folder("dbt_project"), selected, variables, tests="none")
    with duckdb.connect() as connection:
        connection.execute("create schema basis")
        hand_over(connection, folder, "basis")
        found = contents(connection)
    assert min(map(len, expected.values())) > 0
    for name, rows in expected.items():
        assert len(found[name]) == len(rows), name
        for row, other in zip(rows, found[name], strict=True):
            assert [nearly(cell) for cell in other] == [nearly(cell) for cell in row], name


def nearly(cell: Any) -> Any:
    return pytest.approx(cell, abs=1e-9) if isinstance(cell, float) else cell
