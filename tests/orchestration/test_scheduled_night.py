"""The same night twice: in one process, and by a scheduler with each task in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from iecareer.nightly import run_nightly
from iecareer.settings import project_folder
from iecareer.simulation import simulate

AIRFLOW = str(Path(sys.executable).with_name("airflow"))
AS_OF = date(2026, 11, 21)


def free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def scheduler(airflow_home: Path) -> Iterator[dict[str, str]]:
    """Airflow standalone with nothing but the project's DAGs; yields the environment of its command line."""
    airflow_home.mkdir()
    port = free_port()
    environment = os.environ | {
        "PATH": os.pathsep.join([str(Path(AIRFLOW).parent), os.environ["PATH"]]),
        "AIRFLOW_HOME": str(airflow_home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(project_folder("dags")),
        "AIRFLOW__CORE__PARALLELISM": "2",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://localhost:{port}/execution/",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__WORKERS": "1",
        "OMP_NUM_THREADS": "1",
    }
    with (airflow_home / "standalone.log").open("wb") as log:
        server = subprocess.Popen(
            [AIRFLOW, "standalone"], env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield environment
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=60)


def state_of_run(airflow_home: Path) -> str:
    """State of the run that was asked for; empty while there is none."""
    database = airflow_home / "airflow.db"
    if not database.exists():
        return ""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as metadata:
        try:
            found = metadata.execute("SELECT state FROM dag_run WHERE run_id LIKE 'manual__%'").fetchone()
        except sqlite3.OperationalError:
            return ""
    return str(found[0]) if found else ""


def wait_for_the_night(airflow_home: Path, environment: dict[str, str], seconds: int = 600) -> str:
    deadline = time.monotonic() + seconds
    trigger = [AIRFLOW, "dags", "trigger", "nightly", "--conf", json.dumps({"as_of": AS_OF.isoformat()})]
    while time.monotonic() < deadline:
        state = state_of_run(airflow_home)
        if state in ("success", "failed"):
            return state
        if (
            not state
            and subprocess.run(trigger, env=environment, capture_output=True, check=False).returncode == 0
        ):
            unpause = [AIRFLOW, "dags", "unpause", "-y", "nightly"]
            subprocess.run(unpause, env=environment, capture_output=True, check=True)
        time.sleep(3)
    return "timeout"


def marts(warehouse: Path) -> dict[str, pd.DataFrame]:
    """Every published mart, its rows in the order of everything that is not a float."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        tables = connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'marts' ORDER BY ALL"
        ).fetchall()
        found = {table: connection.execute(f"FROM marts.{table}").df() for (table,) in tables}
    return {table: rows.sort_values(keys(rows), ignore_index=True) for table, rows in found.items()}


def keys(rows: pd.DataFrame) -> list[str]:
    return [name for name, kind in rows.dtypes.items() if kind.kind != "f"]


@pytest.mark.slow
def test_a_scheduled_night_publishes_what_a_night_in_one_process_publishes(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulate(tmp_path / "inbox", graduates=2_000, seed=7)
    run_nightly(AS_OF)
    scheduled_home = tmp_path / "scheduled"
    monkeypatch.setenv("IECAREER_HOME", str(scheduled_home))

    with scheduler(tmp_path / "airflow") as environment:
        state = wait_for_the_night(tmp_path / "airflow", environment)

    assert state == "success", (tmp_path / "airflow" / "standalone.log").read_text(encoding="utf-8")[-2000:]
    expected, found = marts(home / "warehouse.duckdb"), marts(scheduled_home / "warehouse.duckdb")
    assert expected.keys() == found.keys() != set()
    for table, rows in expected.items():
        pd.testing.assert_frame_equal(found[table], rows, check_exact=False, rtol=1e-9, atol=1e-12, obj=table)
