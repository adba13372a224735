"""A contract file is enough: its DAG appears under a running DAG processor, with no restart and no code."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from iecareer.settings import project_folder

AIRFLOW = str(Path(sys.executable).with_name("airflow"))
INTERVAL = 5
CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: alumni_survey
name: 校友调查
version: 1.0.0
status: active
servers: [{server: files, type: local, path: alumni_survey/*.csv, format: csv}]
slaProperties: [{property: frequency, value: 7, unit: d}]
schema:
- name: employer_succession
  properties:
  - {name: predecessor_code, logicalType: string, physicalName: 原单位}
  - {name: successor_code, logicalType: string, physicalName: 新单位}
  - {name: effective_on, logicalType: string, physicalName: 生效日期}
"""


@pytest.fixture
def known_dags(home: Path, tmp_path: Path) -> Iterator[Callable[[], set[str]]]:
    """DAGs that a running DAG processor has found so far."""
    airflow_home = tmp_path / "airflow"
    environment = os.environ | {
        "AIRFLOW_HOME": str(airflow_home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(project_folder("dags")),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": str(INTERVAL),
        "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": "1",
        "IECAREER_SOURCES": str(tmp_path / "systems"),
    }
    (tmp_path / "systems").mkdir()
    subprocess.run([AIRFLOW, "db", "migrate"], env=environment, check=True, capture_output=True)
    with (tmp_path / "processor.log").open("wb") as log:
        processor = subprocess.Popen(
            [AIRFLOW, "dag-processor"], env=environment, stdout=log, stderr=log, start_new_session=True
        )

    def known() -> set[str]:
        with closing(sqlite3.connect(f"file:{airflow_home / 'airflow.db'}?mode=ro", uri=True)) as metadata:
            return {name for (name,) in metadata.execute("select dag_id from dag where not is_stale")}

    try:
        yield known
    finally:
        os.killpg(processor.pid, signal.SIGTERM)
        processor.wait(timeout=60)


def seconds_until(condition: Callable[[], bool], limit: float = 240) -> float:
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < limit
        time.sleep(0.5)
    return time.monotonic() - began


@pytest.mark.slow
def test_a_contract_file_becomes_a_dag_without_a_restart(
    known_dags: Callable[[], set[str]], tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    seconds_until(lambda: {"nightly", "ingest__survey_platform"} <= known_dags())
    contract = tmp_path / "systems" / "alumni_survey.odcs.yaml"
    assert "ingest__alumni_survey" not in known_dags()
    contract.write_text(CONTRACT, encoding="utf-8")
    appeared = seconds_until(lambda: "ingest__alumni_survey" in known_dags())
    record_property("seconds until it appeared", appeared)
    contract.unlink()
    gone = seconds_until(lambda: "ingest__alumni_survey" not in known_dags())
    record_property("seconds until it was gone", gone)
    assert "ingest__survey_platform" in known_dags()
