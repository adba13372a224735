"""What is missing on this machine, or does not answer, is said at once with what to do; nothing is begun then."""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from iecareer.checks import judge_deliveries
from iecareer.engine.cluster import cluster_folder
from iecareer.errors import IecareerError
from iecareer.nightly import run_nightly
from iecareer.runs.build import build_path, open_build
from iecareer.runs.pin import pin
from iecareer.runs.publish import publish
from iecareer.transform.layers import build_layer
from tests.engines.clusters import SPARK
from tests.engines.processes import wait_until, workers_of

DAY = date(2026, 11, 21)


def refused(home: Path) -> str:
    with pytest.raises(IecareerError) as caught:
        run_nightly(DAY, target="cluster")
    assert not (home / "runs").exists()
    return str(caught.value)


def test_without_pyspark(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "pyspark" else find(name))
    assert "Spark for Python is not installed" in refused(home)


@pytest.mark.skipif(not importlib.util.find_spec("pyspark"), reason="needs the extra [spark]")
def test_without_java(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert f"needs Java, and there is none in JAVA_HOME ({tmp_path})" in refused(home)
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "needs Java, and there is none on the path" in refused(home)


@pytest.mark.parametrize("_", [pytest.param(None, marks=SPARK)])
def test_a_master_that_does_not_answer(home: Path, monkeypatch: pytest.MonkeyPatch, _: None) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("IECAREER_SPARK_MASTER", f"spark://127.0.0.1:{taken.getsockname()[1]}")
        assert "No Spark master answers at 'spark://127.0.0.1:" in refused(home)
    monkeypatch.setenv("IECAREER_SPARK_MASTER", "spark://nowhere")
    assert "No Spark master answers at 'spark://nowhere'" in refused(home)


@pytest.mark.parametrize("_", [pytest.param(None, marks=SPARK)])
def test_a_master_that_is_no_master(home: Path, monkeypatch: pytest.MonkeyPatch, _: None) -> None:
    """What only Spark itself can find out comes as an error, too, and without its own words."""
    monkeypatch.setenv("IECAREER_SPARK_MASTER", "lokal[2]")
    pin("run", DAY, target="cluster")
    with pytest.raises(
        IecareerError, match=r"Spark does not work on 'lokal\[2\]': \w+\. Check IECAREER_SPARK"
    ):
        build_layer("run", "staging")


@pytest.mark.slow
@pytest.mark.parametrize("_", [pytest.param(None, marks=SPARK)])
def test_a_killed_night_takes_spark_with_it_and_its_layer_can_be_built_again(home: Path, _: None) -> None:
    pin("killed", DAY, target="cluster")
    judge_deliveries("killed")
    code = "from iecareer.transform.layers import build_layer; build_layer('killed', 'staging')"
    night = subprocess.Popen([sys.executable, "-c", code])
    wait_until(lambda: any((cluster_folder("killed") / "warehouse").glob("staging.db/*/*.parquet")))
    assert workers_of(cluster_folder("killed"))
    night.kill()
    night.wait()
    wait_until(lambda: not workers_of(cluster_folder("killed")))
    assert build_layer("killed", "staging")["n_built"] > 20


def test_what_spark_left_of_a_killed_run_is_removed_after_a_day(home: Path) -> None:
    for run_id in ("killed", "running", "next"):
        pin(run_id, DAY)
        with open_build(run_id) as connection:
            connection.execute("create table marts.msr_employers as select 2020 as cohort_year, 1 as n")
        (cluster_folder(run_id) / "warehouse").mkdir(parents=True)
    long_ago = time.time() - 25 * 3600
    os.utime(build_path("killed"), (long_ago, long_ago))
    assert publish("next")["is_published"]
    assert [path.stem for path in (home / "runs").glob("*.spark")] == ["running"]
