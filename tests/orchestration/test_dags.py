"""The DAG files: they load, quickly, stay thin, and hold the order of steps."""

from __future__ import annotations

import runpy
import subprocess
import sys
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from iecareer.errors import IecareerError
from iecareer.settings import project_folder
from iecareer.sources import load_systems
from tests.orchestration.stand_ins import Stages

DAGS = project_folder("dags")
HEAVY = ("altair", "dbt", "duckdb", "great_expectations", "pandas", "pyarrow", "sklearn")


def dag_bag(folder: Path = DAGS) -> Any:
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(dag_folder=folder)


def test_no_import_errors_and_one_dag_per_source_system() -> None:
    bag = dag_bag()

    assert bag.import_errors == {}
    assert set(bag.dags) == {"nightly", "release", *(f"ingest__{source}" for source in load_systems())}


@pytest.mark.parametrize("path", sorted(DAGS.glob("*.py")), ids=lambda path: path.name)
def test_a_dag_file_has_at_most_80_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 80


def test_the_night_goes_from_landing_to_publishing() -> None:
    nightly = dag_bag().dags["nightly"]
    layers = ["staging", "intermediate", "marts"]
    order = [
        "sources",
        "landing",
        "pin",
        "checks",
        *layers,
        "estimates",
        "flags",
        "feedback",
        "audit",
        "publish",
    ]

    assert sorted(nightly.task_ids) == sorted(order)
    for before, after in pairwise(order):
        assert after in nightly.get_task(before).downstream_task_ids


def test_a_broken_contract_takes_no_other_dag_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "archive.odcs.yaml").write_text("kind: DataContract\nnonsense: [", encoding="utf-8")
    monkeypatch.setenv("IECAREER_SOURCES", str(tmp_path))

    bag = dag_bag()

    assert bag.import_errors == {}
    assert {f"ingest__{source}" for source in load_systems()} < set(bag.dags)
    assert "archive" in bag.dags["ingest__archive"].doc_md
    assert "broken contract" in bag.dags["ingest__archive"].dag_display_name


def test_a_sources_dag_retries_ends_and_says_what_it_fills() -> None:
    survey = dag_bag().dags["ingest__survey_platform"]
    landing = survey.get_task("landing")

    assert survey.schedule == timedelta(days=7)
    assert (landing.retries, landing.execution_timeout) == (2, timedelta(hours=6))
    assert [asset.uri for asset in landing.outlets] == ["iecareer://landing/followup_response"]
    assert "| 单位信用代码 | `enterprise_code` |" in survey.doc_md


def test_a_broken_contract_is_not_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "archive.odcs.yaml").write_text("nonsense: [", encoding="utf-8")
    monkeypatch.setenv("IECAREER_SOURCES", str(tmp_path))

    assert dag_bag().dags["ingest__archive"].get_task("landing").retries == 0


def test_a_landing_that_fails_makes_its_task_red(stages: Stages) -> None:
    stages.fail("land survey")
    landing = runpy.run_path(str(DAGS / "ingest.py"))["landing"].function

    with pytest.raises(IecareerError, match="land survey was told to fail"):
        landing(source_id="survey")


def test_reading_the_dag_files_imports_nothing_heavy() -> None:
    code = f"""
import runpy, sys
import airflow.sdk
before = set(sys.modules)
for name in ("nightly", "ingest", "release"):
    runpy.run_path({str(DAGS)!r} + f"/{{name}}.py")
print(sorted(set(sys.modules) & set({HEAVY!r}) - before))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
