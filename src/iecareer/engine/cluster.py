"""Builds layers on Spark for the night: each layer in its own process, its tables as Parquet.

Input: seeds from the private build, and the pinned deliveries. Output: tables that Spark writes to the run's folder,
and views of them in the private build for later stages.
"""

from __future__ import annotations

import glob
import importlib.util
import json
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb

from iecareer.database import text_literal
from iecareer.engine.java_machine import ADVICE
from iecareer.errors import IecareerError
from iecareer.settings import home, spark_master

_log = logging.getLogger(__name__)
_INSTALL = "Install the extra [spark] and Java 17 or newer; see docs/cluster.md."


def cluster_folder(run_id: str) -> Path:
    """The folder with all of Spark's files of a run: tables, spilled data, compiled models."""
    return home() / "runs" / f"{run_id}.spark"


def begin(folder: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """Make an empty folder with the seeds of the build."""
    shutil.rmtree(folder, ignore_errors=True)
    for table in _tables(connection, "seeds"):
        lay_out(connection, "seeds", table, folder)


def lay_out(connection: duckdb.DuckDBPyConnection, schema: str, table: str, folder: Path) -> None:
    """Write a table of a DuckDB file to the folder, so that Spark finds it under the same name."""
    place = folder / "warehouse" / f"{schema}.db" / table
    place.mkdir(parents=True)
    connection.execute(
        f"copy {schema}.{table} to {text_literal(place / 'rows.parquet')} (format parquet, compression zstd)"
    )


def spark_build(
    folder: Path,
    project: Path,
    selected: list[str],
    variables: dict[str, str],
    *,
    run_id: str | None = None,
    tests: str = "data",
) -> dict[str, Any]:
    """Build the selected dbt models with Spark.

    Parameters
    ----------
    folder : Path
        The run's folder. Spark finds the tables in it and adds new ones.
    project : Path
        The dbt project.
    selected : list of str
        Arguments of dbt's ``--select``.
    variables : dict
        The project's variables.
    run_id : str, optional
        The run whose deliveries are made visible first.
    tests : {'data', 'unit', 'none'}
        Which tests of the built models are run, too.

    Returns
    -------
    dict
        `overlapped` (delivery id → rows replaced by another source) and `built` (counts; `n_restarts` is 1 if Spark
        ended by itself and the work was started again).

    Raises
    ------
    IecareerError
        When Spark is not installed, its master does not answer, a model or test fails, or Spark ends by itself
        twice.
    """
    master = spark_master()
    refuse_missing(master)
    request = {
        "folder": str(folder),
        "master": master,
        "project": str(project),
        "selected": selected,
        "variables": variables,
        "run_id": run_id,
        "tests": tests,
    }
    there = _places(folder)
    answer = _attempt(folder, request)
    n_restarts = int(answer.get("is_ended", False))
    if n_restarts:
        _log.warning(
            "%s The layer is built again, one model at a time. %s", answer["error"], answer["next_step"]
        )
        for place in _places(folder) - there:
            shutil.rmtree(place)
        answer = _attempt(folder, request, {"IECAREER_DBT_THREADS": "1"})
    if "error" in answer:
        raise IecareerError(answer["error"], next_step=answer["next_step"])
    answer["built"]["n_restarts"] = n_restarts
    return answer


def _places(folder: Path) -> set[Path]:
    """The tables in a folder of Spark, completely or partly written."""
    return {*(folder / "warehouse").glob("*.db/*")}


def _attempt(folder: Path, request: dict[str, Any], settings: dict[str, str] | None = None) -> dict[str, Any]:
    """Spark's answer; an error if Spark ended without an answer."""
    (folder / "local").mkdir(parents=True, exist_ok=True)
    (folder / "answer.json").unlink(missing_ok=True)
    code = _ask(folder, json.dumps(request), settings or {})
    shutil.rmtree(folder / "local", ignore_errors=True)
    if not (folder / "answer.json").exists():
        message = f"Spark ended without an answer (exit code {code})."
        return {"error": message, "next_step": ADVICE, "is_ended": True}
    answer: dict[str, Any] = json.loads((folder / "answer.json").read_text(encoding="utf-8"))
    return answer


def _ask(folder: Path, request: str, settings: dict[str, str]) -> int:
    """Run the work to its end. It reads from a pipe of this process, so it ends when this process ends."""
    environment = {key: value for key, value in os.environ.items() if key != "SPARK_LOCAL_DIRS"}
    command = [sys.executable, "-m", "iecareer.transform.spark_layer"]
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment | {"IECAREER_HOME": str(home())} | settings,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
        process_group=0,
    ) as process:
        try:
            if process.stdin:
                with suppress(BrokenPipeError):
                    process.stdin.write(request + "\n")
                    process.stdin.flush()
            return process.wait()
        finally:
            with suppress(ProcessLookupError):  # no process of the group is left, as intended
                os.killpg(process.pid, signal.SIGKILL)


def hand_over(connection: duckdb.DuckDBPyConnection, folder: Path, schema: str) -> None:
    """Make a schema that Spark built visible in the private build, without copying it."""
    for table in sorted((folder / "warehouse" / f"{schema}.db").iterdir()):
        files = text_literal(f"{glob.escape(str(table))}/*.parquet")
        connection.execute(
            f"create or replace view {schema}.{table.name} as "
            f"select * from read_parquet({files}, hive_partitioning = false)"
        )


def forget(folder: Path, schema: str) -> None:
    """Remove the tables of an earlier attempt at a layer: Spark would refuse to write to their folders."""
    shutil.rmtree(folder / "warehouse" / f"{schema}.db", ignore_errors=True)


def _tables(connection: duckdb.DuckDBPyConnection, schema: str) -> list[str]:
    found = connection.execute(
        "select table_name from information_schema.tables where table_schema = ? order by 1", [schema]
    )
    return [str(name) for (name,) in found.fetchall()]


def refuse_missing(master: str) -> None:
    """Check that Spark can be started.

    Raises
    ------
    IecareerError
        When Spark for Python or Java is not installed, or no master answers.
    """
    if importlib.util.find_spec("pyspark") is None or importlib.util.find_spec("dbt.adapters.spark") is None:
        raise IecareerError("Spark for Python is not installed.", next_step=_INSTALL)
    java = Path(os.environ.get("JAVA_HOME", "")) / "bin" / "java" if os.environ.get("JAVA_HOME") else None
    if not (java.exists() if java else shutil.which("java")):
        where = f"in JAVA_HOME ({os.environ['JAVA_HOME']})" if java else "on the path"
        raise IecareerError(f"Spark needs Java, and there is none {where}.", next_step=_INSTALL)
    if master.startswith("spark://"):
        _refuse_silent(master)


def _refuse_silent(master: str) -> None:
    """Refuse a master that does not answer. Spark itself would try for minutes before it gives up."""
    for place in master.removeprefix("spark://").split(","):
        host, _, port = place.rpartition(":")
        try:
            with socket.create_connection((host, int(port)), timeout=10):
                return
        except (OSError, ValueError):
            continue
    raise IecareerError(
        f"No Spark master answers at '{master}'.",
        next_step="Check IECAREER_SPARK_MASTER (spark://host:port), and that the master runs; see docs/cluster.md.",
    )
