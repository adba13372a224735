"""Lights of given values: the models from the scores on, without the marts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import duckdb

from tests.lights.tables import LIGHTS, Row, build_light_policy, write
from tests.models import build_model

AS_OF = date(2025, 3, 1)
COLUMNS = (
    *(
        "scope",
        "area_code",
        "institution_code",
        "program_code",
        "year",
        "region_class",
        "unit_id",
        "indicator",
    ),
    *("n", "value", "ci_low", "ci_high", "status"),
)
TYPES = {"year": "integer", "n": "bigint", "value": "double", "ci_low": "double", "ci_high": "double"}
# Value with the score 0 and with the score 100 of the indicators of institutions, as the design lists them.
ANCHORS = {
    "enterprise_participation": (0.20, 0.90),
    "outlay_intensity": (0.0005, 0.004),
    "board_share": (0.20, 0.40),
    "co_developed_hours": (0.0, 0.50),
    "key_equipment_failure": (0.60, 0.0),
    "intern_conversion": (0.0, 0.15),
    "programs_renewed": (0.50, 1.0),
    "hours_changed": (0.0, 0.80),
    "job_match": (0.40, 0.75),
    "register_employment": (0.50, 0.85),
    "retention_12": (0.30, 0.75),
    "salary_difference": (-0.10, 0.10),
    "certificate_pass": (0.40, 0.90),
    "promotion_36": (0.20, 0.70),
    "employer_satisfaction": (0.70, 0.98),
}


def value_of(indicator: str, score: float) -> float:
    """The value of an institution with this score (0-100)."""
    worst, best = ANCHORS[indicator]
    return worst + score / 100 * (best - worst)


def institution(code: str, scores: dict[str, float], *, year: int = 2024, **other: Any) -> list[Row]:
    """Rows of an institution in the east, one per indicator, by scores; without intervals and with n = 50."""
    return [
        {
            "scope": "institution",
            "institution_code": code,
            "year": year,
            "region_class": "east",
            "unit_id": f"institution {code} ",
            "indicator": indicator,
            "n": 50,
            "status": "ok",
            "value": value_of(indicator, score),
        }
        | other
        for indicator, score in scores.items()
    ]


def judge(rows: Iterable[Row]) -> duckdb.DuckDBPyConnection:
    """A DuckDB file in memory with the schema `lights` of these rows."""
    connection = duckdb.connect()
    write(connection, {"marts.dim_institution": [{"institution_code": "I", "region_class": "east"}]})
    build_light_policy(connection, AS_OF)
    connection.execute("create schema basis")
    listed = ", ".join(f"{name} {TYPES.get(name, 'varchar')}" for name in COLUMNS)
    connection.execute(f"create table basis.basis_light_value ({listed})")
    connection.executemany(
        f"insert into basis.basis_light_value values ({', '.join('?' * len(COLUMNS))})",
        [[row.get(column) for column in COLUMNS] for row in rows],
    )
    for model in LIGHTS[LIGHTS.index("basis_light_anchor") :]:
        build_model(connection, model, AS_OF)
    return connection


def lights_of(connection: duckdb.DuckDBPyConnection, columns: str) -> dict[str, tuple[Any, ...]]:
    """Columns of `lights.light` in 2024 by institution."""
    found = connection.execute(
        f"select institution_code, {columns} from lights.light where year = 2024"
    ).fetchall()
    return {row[0]: row[1:] for row in found}
