"""Why a model failed is said as far as no row can be in it: names in its own text, never what a cell said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager

from iecareer.documents import read_document
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


def test_models_that_lack_memory_together_are_built_one_at_a_time(home: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "models").mkdir(parents=True)
    (project / "dbt_project.yml").write_text(PROJECT)
    config = f"path: '{tmp_path / 'build.duckdb'}', threads: 2, config_options: {{memory_limit: 150MB, threads: 1}}"
    (project / "profiles.yml").write_text(
        f"p: {{target: local, outputs: {{local: {{type: duckdb, {config}}}}}}}"
    )
    # a list cannot be spilled: this one takes more than half of the memory
    for name in ("m0", "m1"):
        (project / "models" / f"{name}.sql").write_text(
            f"{TABLE} select len(list(range)) as n from range(5_000_000)"
        )
    (project / "models" / "m2.sql").write_text(
        "select m0.n from {{ ref('m0') }} as m0, {{ ref('m1') }} as m1"
    )
    n_built = build("local", ["path:models"], {}, project, tmp_path / "target")["n_built"]
    assert n_built == 3
    DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
    with duckdb.connect(str(tmp_path / "build.duckdb")) as connection:
        assert connection.execute("from m2").fetchall() == [(5_000_000,)]
    (project / "models" / "m0.sql").write_text(f"{TABLE} select len(list(range)) as n from range(80_000_000)")
    with pytest.raises(IecareerError, match=r"\(1 failed\): m0, out of memory"):
        build("local", ["path:models"], {}, project, tmp_path / "target")
    assert read_document(tmp_path / "target" / "run_results.json")["args"]["threads"] == 1
