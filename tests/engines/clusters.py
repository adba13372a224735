"""Spark for tests: whether it can be had, and a real master with workers of its own."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from iecareer.engine.cluster import refuse_missing
from iecareer.errors import IecareerError

os.environ.setdefault("SPARK_CONF_DIR", str(Path(__file__).parent / "spark"))
# Beside the process of all other tests: a Java machine that the system ends for want of memory fails them all.
os.environ.setdefault("IECAREER_SPARK_MEMORY", "1g")


def missing() -> str:
    """Why Spark cannot be had here; empty when it can."""
    try:
        refuse_missing("local[2]")
    except IecareerError as error:
        return str(error)
    return ""


# Deselected unless asked for, and skipped with the reason where Spark or Java is not there.
SPARK = [pytest.mark.spark, pytest.mark.skipif(bool(missing()), reason=missing() or "Spark is here")]


@contextmanager
def master_with_workers(folder: Path, n_workers: int = 2) -> Iterator[str]:
    """Start a standalone master and workers with one core each; yields its address, ends them afterwards."""
    port = _free_port()
    address = f"spark://127.0.0.1:{port}"
    with ExitStack() as stack:
        started = ["--host", "127.0.0.1", "--port", str(port), "--webui-port", "0"]
        stack.enter_context(_daemon(folder / "master", "master.Master", *started))
        _wait_for(port)
        for number in range(n_workers):
            place = folder / f"worker-{number}"
            options = ["--cores", "1", "--memory", "1g", "--host", "127.0.0.1", "--webui-port", "0"]
            stack.enter_context(_daemon(place, "worker.Worker", *options, "--work-dir", str(place), address))
        yield address


@contextmanager
def _daemon(folder: Path, name: str, *arguments: str) -> Iterator[None]:
    folder.mkdir(parents=True)
    spec = importlib.util.find_spec("pyspark")
    assert spec
    assert spec.origin
    spark_home = Path(spec.origin).parent
    environment = os.environ | {"SPARK_HOME": str(spark_home), "SPARK_LOCAL_DIRS": str(folder / "local")}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [spark_home / "bin" / "spark-class", f"org.apache.spark.deploy.{name}", *arguments],
            cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=60)
            shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with socket.socket() as asking:
            if asking.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.5)
    raise TimeoutError("The master did not start.")
