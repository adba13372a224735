"""Every model and column says what it is, and every number of a mart in which unit."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

UNIT = re.compile(
    r"0-1|-1 to 1|per 100|\b(CNY|months?|years?|log|ratio|hours|days|people|employers|outputs|skills|interns)\b",
    re.IGNORECASE,
)
NUMBERS = ("int", "bigint", "double")


@pytest.fixture(scope="module")
def nodes(built: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """What dbt knows of the models and seeds that are built."""
    ((path,),) = built.execute(
        "select path from duckdb_databases() where database_name = current_catalog()"
    ).fetchall()
    manifest = json.loads((Path(path).parent / "target" / "manifest.json").read_text(encoding="utf-8"))
    return [node for node in manifest["nodes"].values() if node["resource_type"] in ("model", "seed")]


def test_every_model_and_seed_says_what_a_row_is(nodes: list[dict[str, Any]]) -> None:
    assert len(nodes) > 100
    assert [node["name"] for node in nodes if not node["description"].startswith("One row per ")] == []


def test_every_column_of_every_model_is_described(
    built: duckdb.DuckDBPyConnection, nodes: list[dict[str, Any]]
) -> None:
    described = {
        (node["schema"], node["name"]): {c["name"] for c in node["columns"].values() if c["description"]}
        for node in nodes
        if node["resource_type"] == "model"
    }
    for (schema, name), columns in list(described.items()):
        if schema == "indicators":  # published as two relations by a post-hook of the model
            described["marts", name] = described["marts", f"{name}_rollup"] = columns
    found = built.execute(
        """select table_schema, table_name, column_name from information_schema.columns
        where table_schema in ('staging', 'intermediate', 'indicators', 'marts')"""
    ).fetchall()
    assert len(found) > 1000
    silent = [
        f"{schema}.{table}.{name}" for schema, table, name in found if name not in described[schema, table]
    ]
    assert silent == []


def test_every_number_of_a_mart_has_a_unit(nodes: list[dict[str, Any]]) -> None:
    numbers = list(mart_numbers(nodes))
    assert len(numbers) > 90
    without = [f"{mart}.{name}" for mart, name, text in numbers if not UNIT.search(text)]
    assert without == []


def mart_numbers(nodes: list[dict[str, Any]]) -> Iterator[tuple[str, str, str]]:
    """(mart, column, description) of every number that is no count: a count's unit is what it counts."""
    for node in nodes:
        for column in node["columns"].values() if node["schema"] in ("marts", "indicators") else ():
            is_count = re.match(r"n(_|$)", column["name"])
            if column.get("data_type") in NUMBERS and not is_count:
                yield node["name"], column["name"], column["description"]
