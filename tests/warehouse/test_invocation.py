"""Why a model failed is said as far as no row can be in it: names in its own text, never what a cell said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from iecareer.errors import IecareerError
from iecareer.transform.invocation import build

IDENTITY = "11010519491231002X"
PROJECT = "{name: p, version: 1.0.0, profile: p}"
PROFILE = "p: {target: local, outputs: {local: {type: duckdb, path: '{}'}}}"
TABLE = "{{ config(materialized = 'table') }}"


@pytest.fixture
def said(home: Path, tmp_path: Path) -> Callable[..., str]:
    """What a build of these models says, which are named after their place: m0, m1."""

    def of(*models: str) -> str:
        project = tmp_path / "project"
        (project / "models").mkdir(parents=True)
        (project / "dbt_project.yml").write_text(PROJECT)
        (project / "profiles.yml").write_text(PROFILE.replace("{}", str(tmp_path / "build.duckdb")))
        for at, model in enumerate(models):
            (project / "models" / f"m{at}.sql").write_text(f"{TABLE} {model}")
        with pytest.raises(IecareerError) as refused:
            build("local", ["path:models"], {}, project, tmp_path / "target")
        return refused.value.message

    return of


def test_a_mistake_in_the_text_of_a_model_is_named(said: Callable[..., str]) -> None:
    told = said(
        "select nope from (select 1 as yes)",
        "select * from nowhere",
        "select no_function(1)",
        "selec 1",
        "select {{ nosuch() }}",
    )
    assert told.startswith(
        'The transformation stopped (5 failed): m0, Binder Error: Referenced column "nope" not found in FROM clause, '
        "m1, Catalog Error: Table with name nowhere does not exist, "
        "m2, Catalog Error: Scalar Function with name no_function does not exist, "
        'm3, Parser Error: syntax error at or near "selec", '
        "m4, Compilation Error: 'nosuch' is undefined"
    )


def test_an_error_over_rows_is_told_by_the_name_of_its_model_alone(said: Callable[..., str]) -> None:
    rows = f"(select '{IDENTITY}' || range as cell from range(3))"
    told = said(
        f"select cell::integer as a from {rows}",
        f"select error(cell) as a from {rows}",
        f"select error('x' || chr(10) || 'Binder Error: ' || cell) as a from {rows}",
        f"select error('Runtime Error in model m (m)' || chr(10) || 'Binder Error: ' || cell) as a from {rows}",
    )
    assert told == "The transformation stopped (4 failed): m0, m1, m2, m3."


def test_a_model_that_lacks_memory_says_so(said: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    limits = "config_options: {memory_limit: 20MB, temp_directory: ''}"
    monkeypatch.setattr("tests.warehouse.test_invocation.PROFILE", PROFILE.replace("'{}'", "'{}', " + limits))
    monkeypatch.setenv("IECAREER_MEMORY_LIMIT", "20MB")
    message = said(f"select list('{IDENTITY}' || range) as a from range(3000000)")
    assert message == (
        "The transformation stopped (1 failed): m0, out of memory (limit 20MB, see IECAREER_MEMORY_LIMIT)."
    )
