"""A Java machine that ends in the middle: once, the work is begun anew; twice, that is what is said."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pyarrow.parquet import read_table

from iecareer.engine.cluster import spark_build
from iecareer.engine.java_machine import OPTIONS
from iecareer.errors import IecareerError
from tests.commands.conftest import Cli, cli  # noqa: F401
from tests.engines.clusters import SPARK
from tests.engines.processes import command, machines_in, wait_until, workers_of
from tests.orchestration.conftest import stages  # noqa: F401
from tests.orchestration.stand_ins import Stages
from tests.spec.region import CHECKOUT

QUICK = "select id from range(10)"
N = 10**7
SLOW = "select sum(a.id % 7) as n from range({}) as a cross join {{{{ ref('quick') }}}} as b"


def project(folder: Path, n: int) -> Path:
    """Two models, one after the other; the second has ten times `n` rows to go through."""
    (folder / "models" / "staging").mkdir(parents=True)
    shutil.copy(CHECKOUT / "dbt_project" / "profiles.yml", folder)
    (folder / "dbt_project.yml").write_text(
        "name: small\nprofile: iecareer\nmodels: {+materialized: table}\n"
    )
    (folder / "models" / "staging" / "quick.sql").write_text(QUICK)
    (folder / "models" / "staging" / "slow.sql").write_text(SLOW.format(n))
    return folder


@contextmanager
def killed(folder: Path, times: int) -> Iterator[dict[int, list[str]]]:
    """Kill the Java machine that works in the folder whenever its first table is there; yields its options."""
    dead: dict[int, list[str]] = {}

    def kill() -> None:
        for _ in range(times):
            wait_until(lambda: set(machines_in(folder)) - dead.keys() and tables(folder) == {"quick"})
            # a child that Java has just forked still has its command line
            machine = min(set(machines_in(folder)) - dead.keys())
            dead[machine] = command(machine).decode().split("\0")
            os.kill(machine, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    yield dead
    killer.join()


def tables(folder: Path) -> set[str]:
    return {path.parent.name for path in (folder / "warehouse").glob("staging.db/*/_SUCCESS")}


@pytest.mark.parametrize("_", [pytest.param(None, marks=SPARK)])
def test_once(home: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, _: None) -> None:
    folder = tmp_path / "spark"
    with killed(folder, times=1) as dead:
        answer = spark_build(folder, project(tmp_path / "small", N), ["path:models"], {})
    (options,) = dead.values()
    assert options.index(OPTIONS) < options.index("-XX:TieredStopAtLevel=1")  # the operator's win
    assert answer["built"] == {"n_built": 2, "n_warned": 0, "n_restarts": 1}
    assert (
        "Spark's Java process ended in the middle of the work (signal 9). The layer is built again"
        in caplog.text
    )
    place = folder / "warehouse" / "staging.db"
    assert read_table(place / "quick")["id"].to_pylist() == [*range(10)]
    assert read_table(place / "slow")["n"].to_pylist() == [
        10 * sum(range(7)) * (N // 7) + 10 * sum(range(N % 7))
    ]
    assert not workers_of(folder)


@pytest.mark.slow
@pytest.mark.parametrize("_", [pytest.param(None, marks=SPARK)])
def test_twice(home: Path, tmp_path: Path, _: None) -> None:
    folder = tmp_path / "spark"
    with (
        killed(folder, times=2) as dead,
        pytest.raises(
            IecareerError, match=r"Java process ended .* \(signal 9\)\. .* 'Memory' in docs/cluster\.md"
        ),
    ):
        spark_build(folder, project(tmp_path / "small", 10**12), ["path:models"], {})
    assert len(dead) == 2
    assert not workers_of(folder)


def test_the_night_says_so(
    cli: Cli,  # noqa: F811
    stages: Stages,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def build_layer(run_id: str, layer: str) -> dict[str, object]:
        return {"run_id": run_id, "n_restarts": int(layer == "marts")}

    monkeypatch.setattr("iecareer.transform.layers.build_layer", build_layer)
    assert cli("run", "--json").document["restarted"] == ["marts"]
    assert "Restarted: marts. Spark's Java process ended" in cli("run").err
