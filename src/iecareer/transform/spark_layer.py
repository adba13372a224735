"""Spark work in a separate process: ``python -m iecareer.transform.spark_layer``.

Input, as one line of JSON on standard input: the folder, the master, the models to build, and the run whose
deliveries are made visible first. Output: `answer.json` in the folder, with counts and names, never a value of a row.
The process and its Java process end when standard input is closed, so no work outlives its night.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iecareer.engine.java_machine import MachineEndedError, java_machine
from iecareer.engine.spark import Spark, open_session
from iecareer.engine.views import register_on
from iecareer.errors import IecareerError
from iecareer.runs.pin import read_pin
from iecareer.transform.invocation import build

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_PATIENCE_SECONDS = 120


def main() -> None:
    """Do the work requested on standard input."""
    request = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_the_night, daemon=True).start()
    folder = Path(request["folder"])
    try:
        answer = _work(folder, request)
    except IecareerError as error:
        is_ended = isinstance(error, MachineEndedError)
        answer = {"error": error.message, "next_step": error.next_step, "is_ended": is_ended}
    except Exception as error:
        answer = {"error": f"Spark failed with {type(error).__name__}.", "next_step": ""}
    (folder / "answer.json").write_text(json.dumps(answer), encoding="utf-8")


def _end_with_the_night() -> None:
    sys.stdin.read()
    os._exit(1)


def _work(folder: Path, request: dict[str, Any]) -> dict[str, Any]:
    session = _started(folder, request["master"])
    with java_machine(session):
        overlapped = _register(session, request["run_id"])
        built = build(
            "cluster",
            request["selected"],
            request["variables"],
            Path(request["project"]),
            folder / "dbt",
            tests=request["tests"],
        )
        return {"overlapped": overlapped, "built": built}


def _register(session: SparkSession, run_id: str | None) -> dict[str, int]:
    """Make the deliveries of a run visible; returns delivery id → rows replaced by another source."""
    if run_id is None:
        return {}
    pin = read_pin(run_id)
    return register_on(Spark(session), pin.deliveries, pin.retired)


def _started(folder: Path, master: str) -> SparkSession:
    """The session, after a worker has answered.

    Raises
    ------
    IecareerError
        When Spark does not start, or no worker answers within two minutes.
    """
    problem = f"Spark does not work on '{master}'"
    advice = (
        "Check IECAREER_SPARK_MASTER, and that the master has workers with free cores; see docs/cluster.md."
    )
    try:
        session = open_session(folder, master)
        timer = threading.Timer(_PATIENCE_SECONDS, session.sparkContext.cancelAllJobs)
        timer.start()
        session.range(1).count()
        timer.cancel()
    except Exception as error:
        raise IecareerError(f"{problem}: {type(error).__name__}.", next_step=advice) from None
    return session


if __name__ == "__main__":
    main()
