"""How far a model is from its sources, and what it waits for."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest

Graph = dict[str, list[str]]


@pytest.fixture(scope="module")
def models(built: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """The models of dbt by id. What a model reads through a macro is among the models that it depends on."""
    ((path,),) = built.execute(
        "select path from duckdb_databases() where database_name = current_catalog()"
    ).fetchall()
    manifest = json.loads((Path(path).parent / "target" / "manifest.json").read_text(encoding="utf-8"))
    return {key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"}


def reads(models: dict[str, Any]) -> Graph:
    return {
        key: [other for other in node["depends_on"]["nodes"] if other in models]
        for key, node in models.items()
    }


def longest(graph: Graph) -> int:
    @cache
    def length(key: str) -> int:
        return 1 + max((length(other) for other in graph[key] if other in graph), default=0)

    return max(length(key) for key in graph)


def is_publication(node: dict[str, Any]) -> bool:
    return str(node["original_file_path"]).startswith("models/publication/")


def is_light(node: dict[str, Any]) -> bool:
    """Whether a model is built by the step `lights`, after the indicators."""
    return str(node["name"]).startswith(("basis_", "lights_", "instruments_", "audit_"))


def test_no_indicator_is_more_than_twelve_models_from_a_source(models: dict[str, Any]) -> None:
    indicators = {
        key: node for key, node in models.items() if not is_publication(node) and not is_light(node)
    }
    assert len(indicators) > 100
    assert longest(reads(indicators)) <= 12


def test_lights_are_at_most_fourteen_models_and_no_indicator_waits_for_them(models: dict[str, Any]) -> None:
    """Twelve up to a warning; what of it leaves is two more: what stands, and how it is told."""
    lights = {key: node for key, node in models.items() if is_light(node)}
    assert len(lights) > 30
    assert longest(reads(lights)) <= 14
    graph = reads(models)
    assert [k for k in graph if k not in lights and any(other in lights for other in graph[k])] == []


def test_publication_is_at_most_thirteen_models_and_no_indicator_waits_for_it(models: dict[str, Any]) -> None:
    """Five models compare with the last release; states, shares, peers and tables follow; see docs/decisions."""
    publication = {key: node for key, node in models.items() if is_publication(node) and not is_light(node)}
    assert longest(reads(publication)) <= 13
    graph = reads(models)
    assert [
        k for k in graph if not is_publication(models[k]) and any(other in publication for other in graph[k])
    ] == []


@pytest.mark.parametrize(
    "indicator", ["msr_response", "msr_job_match", "msr_job_match_agreement", "msr_promotion"]
)
def test_an_indicator_of_the_survey_does_not_wait_for_insurance(
    indicator: str, models: dict[str, Any]
) -> None:
    graph = reads(models)
    found, new = set(), [next(key for key in models if models[key]["name"] == indicator)]
    while new:
        found.update(new)
        new = [other for key in new for other in graph[key] if other not in found]
    names = {models[key]["name"] for key in found}
    assert "stg_followup_response" in names
    assert not {"stg_employment_month", "stg_employment_spell"} & names
