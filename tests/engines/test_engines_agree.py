"""The whole mart layer of a simulated region on DuckDB and on Spark: the same tables, columns and rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb
import pytest

from iecareer.checks import judge_deliveries
from iecareer.engine.cluster import cluster_folder
from iecareer.landing import land
from iecareer.runs.build import build_path
from iecareer.runs.pin import pin
from iecareer.runs.publish import publish
from iecareer.simulation import simulate
from iecareer.skills import build_skills
from iecareer.sources import load_systems
from iecareer.transform.layers import build_layer
from tests.engines.clusters import SPARK, master_with_workers
from tests.engines.equality import differences

AS_OF = date(2026, 11, 21)
LAYERS = ("staging", "intermediate", "marts")


def landed(graduates: int, inbox: Path) -> None:
    simulate(inbox, graduates=graduates, seed=4)
    for source in load_systems():
        assert all(not receipt["error"] for receipt in land(source, received_on=AS_OF))


def built(run_id: str, target: str) -> Path:
    """The build of a run up to its marts, every test of the models passed."""
    pin(run_id, AS_OF, target=target)
    judge_deliveries(run_id)
    for layer in LAYERS:
        build_layer(run_id, layer)
        if layer == "staging":
            build_skills(run_id)
    return build_path(run_id)


def n_rows(path: Path) -> dict[str, int]:
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'marts'"
        ).fetchall()
        return {
            name: int(connection.execute(f"select count(*) from marts.{name}").fetchall()[0][0])
            for (name,) in tables
        }


@contextmanager
def changed(path: Path, *statements: str) -> Iterator[Path]:
    """A copy of a build's marts with something changed."""
    copy = path.with_name("changed.duckdb")
    with duckdb.connect(str(copy)) as connection:
        connection.execute(f"attach '{path}' as build (read_only)")
        connection.execute("create schema marts")
        for name in n_rows(path):
            connection.execute(f"create table marts.{name} as from build.marts.{name}")
        for statement in statements:
            connection.execute(statement)
    yield copy
    copy.unlink()


@pytest.mark.slow
@pytest.mark.parametrize("_", [pytest.param(None, marks=SPARK)])
def test_a_small_region_is_the_same_on_both_engines_and_leaves_nothing(
    home: Path, tmp_path: Path, _: None
) -> None:
    landed(1500, tmp_path / "inbox")
    local, cluster = built("local", "local"), built("cluster", "cluster")
    assert differences(local, cluster) == []
    assert sum(n > 0 for n in n_rows(local).values()) > 15
    the_comparison_sees(local)
    leaves_nothing(home, tmp_path)


def the_comparison_sees(path: Path) -> None:
    """What is planted is found: a float at the eleventh digit is equal, at the eighth it is not."""
    row = "where rowid = (select min(rowid) from marts.msr_retention where retention < 1)"
    for statement, said in (
        (f"update marts.msr_retention set retention = retention * (1 + 1e-11) {row}", []),
        (f"update marts.msr_retention set retention = retention * (1 + 1e-8) {row}", ['"retention": 1 off']),
        (f"update marts.msr_retention set n = n + 1 {row}", ["rows"]),
        (f"delete from marts.msr_retention {row}", ["rows"]),
        ("alter table marts.msr_retention alter n type integer", ["columns"]),
        ("drop table marts.msr_retention", ["tables"]),
    ):
        with changed(path, statement) as other:
            found = differences(path, other)
            assert len(found) == len(said), (statement, found)
            assert all(words in line for words, line in zip(said, found, strict=True)), found


def leaves_nothing(home: Path, working_folder: Path) -> None:
    """Published marts stand by themselves; what Spark wrote of persons is gone, and nothing lies elsewhere."""
    assert {path.name for path in cluster_folder("cluster").iterdir()} <= {"warehouse", "dbt", "answer.json"}
    before = n_rows(build_path("cluster"))
    assert publish("cluster")["is_published"]
    assert not cluster_folder("cluster").exists()
    assert n_rows(home / "warehouse.duckdb") == before
    assert {path.name for path in working_folder.iterdir()} == {"home", "inbox"}


@pytest.mark.slow
@pytest.mark.parametrize("_", [pytest.param(None, marks=SPARK)])
def test_a_region_of_20_000_is_the_same_here_and_on_a_real_master(
    home: Path,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    _: None,
) -> None:
    landed(20_000, tmp_path / "inbox")
    local, threads = built("local", "local"), built("threads", "cluster")
    assert differences(local, threads) == []
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    with master_with_workers(tmp_path_factory.mktemp("spark")) as address:
        monkeypatch.setenv("IECAREER_SPARK_MASTER", address)
        workers = built("workers", "cluster")
    assert differences(local, workers) == []


@pytest.mark.slow
@pytest.mark.parametrize("_", [pytest.param(None, marks=SPARK)])
def test_a_region_that_delivered_nothing_has_empty_marts(home: Path, _: None) -> None:
    found = n_rows(built("empty", "cluster"))
    assert len(found) > 15
    assert set(found.values()) == {0}
    assert publish("empty")["is_published"]
