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
from iecareer.nightly.interpreter import InterpreterEndedError
from iecareer.nightly.notifier import notify
from iecareer.settings import project_folder
from iecareer.sources import load_systems
from tests.orchestration.stand_ins import Stages

DAGS = project_folder("dags")
HEAVY = (
    "altair", "cryptography", "dbt", "duckdb", "great_expectations", "numpy", "pandas", "pyarrow",
    "python_calamine", "sklearn", "vl_convert", "xlrd", "xlsxwriter",
)  # fmt: skip


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


def test_the_night_goes_from_landing_to_warnings() -> None:
    nightly = dag_bag().dags["nightly"]
    layers = ["staging", "skills", "intermediate", "marts"]
    order = [
        "sources",
        "landing",
        "pin",
        "checks",
        *layers,
        "estimates",
        "lights",
        "flags",
        "feedback",
        "audit",
        "publish",
        "warnings",
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

    assert (survey.schedule.expression, str(survey.schedule.timezone)) == ("0 19 * * 1", "Asia/Shanghai")
    assert (landing.retries, landing.execution_timeout) == (2, timedelta(hours=6))
    assert [asset.uri for asset in landing.outlets] == ["iecareer://landing/followup_response"]
    assert (landing.owner, landing.retry_policy) == ("跟踪调查组 (survey team)", None)
    assert "| 单位信用代码 | `enterprise_code` |" in survey.doc_md


def test_a_broken_contract_is_not_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "archive.odcs.yaml").write_text("nonsense: [", encoding="utf-8")
    monkeypatch.setenv("IECAREER_SOURCES", str(tmp_path))

    assert dag_bag().dags["ingest__archive"].get_task("landing").retries == 0


def test_a_landing_that_fails_makes_its_task_red(stages: Stages) -> None:
    stages.fail("land survey")
    landing = runpy.run_path(str(DAGS / "ingest.py"))["landing"].function

    with pytest.raises(IecareerError, match="land survey shall fail"):
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


WITHOUT_STEPS = f"""
import importlib.abc, sys

class Absent(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {[name for name in HEAVY if name != "cryptography"]!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Absent())
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import Variable
from iecareer.nightly.airflow_secrets import airflow_secrets
bag = DagBag(dag_folder={str(DAGS)!r})
Variable.get = lambda name, default=None: default
assert airflow_secrets("survey_platform") == {{}}
print(bag.import_errors, sorted(bag.dags))
"""


def test_the_dags_parse_and_ask_for_secrets_where_no_package_of_the_steps_is_installed() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT_STEPS], capture_output=True, text=True, check=True)

    expected = sorted(["nightly", "release", *(f"ingest__{source}" for source in load_systems())])
    assert done.stdout.strip().splitlines()[-1] == f"{{}} {expected}"


def test_a_step_that_says_what_is_wrong_is_red_at_once_and_a_killed_one_is_tried_again() -> None:
    from airflow.sdk import RetryAction

    nightly = dag_bag().dags["nightly"]

    for task_id in nightly.task_ids:
        landing_or_step = nightly.get_task(task_id)
        policy = landing_or_step.retry_policy
        assert landing_or_step.retries == 2
        assert policy.evaluate(IecareerError("no header"), 1, 2).action is RetryAction.FAIL
        assert policy.evaluate(InterpreterEndedError("killed"), 1, 2).action is RetryAction.DEFAULT


def test_settings_reach_every_task(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IECAREER_POOL", "iecareer")

    for dag in dag_bag().dags.values():
        for task in dag.tasks:
            assert task.pool == "iecareer"
            assert task.on_failure_callback in (notify, [notify])
            assert task.execution_timeout == timedelta(hours=6)


def test_an_evening_without_news_skips_the_landing_and_so_wakes_no_night(
    stages: Stages, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.sdk.exceptions import AirflowSkipException

    monkeypatch.setattr("iecareer.landing.land", lambda source_id: [])
    landing = runpy.run_path(str(DAGS / "ingest.py"))["landing"].function

    with pytest.raises(AirflowSkipException, match="no new files or rows"):
        landing(source_id="survey")


def test_a_published_night_and_a_verified_release_are_assets() -> None:
    dags = dag_bag().dags

    assert [asset.uri for asset in dags["nightly"].get_task("publish").outlets] == [
        "iecareer://published/warehouse"
    ]
    assert [asset.uri for asset in dags["release"].get_task("verify").outlets] == [
        "iecareer://published/release"
    ]
