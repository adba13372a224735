"""Running the DAG `nightly` in this process: no server, no scheduler, nothing left running.

Each run has its own small SQLite file for Airflow's metadata below ``$IECAREER_HOME/airflow``, so two runs at once do
not disturb each other. The file is removed when the run ends. The results are in the returned report, in ``runs/``
and in ``logs/``.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TextIO

from filelock import FileLock, Timeout

from iecareer.errors import IecareerError
from iecareer.nightly.steps import StepOutcome, recorded
from iecareer.runs.disk import conformed_bytes, refuse_full_disk
from iecareer.settings import environment, home, project_folder, spark_master, step_python

_PYTHON = "IECAREER_PYTHON"
# Bytes of conformed Parquet from which each step gets a process of its own: 35,000 graduates. Its memory returns to
# the machine when it ends. In a smaller region the libraries, imported once, take more time than memory matters.
_LARGE = 64 << 20


@dataclass(frozen=True)
class RunReport:
    """The outcome of one night.

    Parameters
    ----------
    run_id : str
        Id of the run: its start, sortable as text.
    as_of : date
        Reference date.
    steps : tuple of StepOutcome
        Finished tasks in the order they ran.
    log_file : Path
        Airflow's own log of the run.
    """

    run_id: str
    as_of: date
    steps: tuple[StepOutcome, ...]
    log_file: Path

    @property
    def failed_sources(self) -> dict[str, str]:
        """The error of each source system that could not be landed, by source id."""
        return {step.source_id: step.error for step in self.steps if step.source_id and step.error}

    def result(self, step: str) -> Any:
        """Result of the step `name`: ids and counts."""
        return next((outcome.result for outcome in self.steps if outcome.step == step), None)


def run_nightly(
    as_of: date,
    *,
    target: str | None = None,
    landing: bool = True,
    replay: str | None = None,
    on_begin: Callable[[str], None] = lambda _: None,
) -> RunReport:
    """Run one night from landing to publishing.

    Parameters
    ----------
    as_of : date
        Reference date: the run ignores what was received later.
    target : {'local', 'cluster'}, optional
        Engine that builds the indicators. Default: the local one; for a replay the engine of the past run.
    landing : bool
        Whether to land the files in the inbox first.
    replay : str, optional
        Id of a past run to replay instead. A replay lands nothing and publishes nothing.
    on_begin : callable
        Called with the name of each step as it begins.

    Raises
    ------
    IecareerError
        When the disk has too little space, the cluster cannot be reached, or a step other than landing fails. Nothing
        is published then. A source that cannot be landed raises nothing: the report names it in `failed_sources`.
    KeyboardInterrupt
        When the user interrupts a step. No further step begins.
    """
    if target not in (None, "local", "cluster"):
        raise IecareerError(f"There is no engine '{target}'.", next_step="Engines: local, cluster.")
    if target == "cluster":
        from iecareer.engine.cluster import refuse_missing

        refuse_missing(spark_master())
    refuse_full_disk()
    log_file = home() / "logs" / f"nightly-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.log"
    conf = {"as_of": as_of.isoformat(), "target": target, "landing": landing and not replay, "replay": replay}
    with recorded(_with_own_process(_outside_the_log(on_begin))) as log, _private_airflow(log_file):
        state = _run_dag(conf)
    if log.is_interrupted:
        raise KeyboardInterrupt
    report = RunReport(_run_id(log.outcomes), as_of, tuple(log.outcomes), log_file)
    _refuse_unfinished(report, state)
    return report


def _outside_the_log(on_begin: Callable[[str], None]) -> Callable[[str], None]:
    """The callback, with standard output as it was before Airflow's log replaced it."""
    terminal = sys.stdout

    def printed(name: str) -> None:
        with redirect_stdout(terminal):
            on_begin(name)

    return printed


def _with_own_process(on_begin: Callable[[str], None]) -> Callable[[str], None]:
    """The same callback; in a large region it also gives each step that begins a process of its own."""

    def begin(name: str) -> None:
        if conformed_bytes() >= _LARGE and step_python() is None:
            os.environ[_PYTHON] = sys.executable
        on_begin(name)

    return begin


def _run_dag(conf: dict[str, Any]) -> str:
    """Run every task of the DAG in order; returns the state of the run."""
    from airflow.utils.db import initdb

    settings: Any = importlib.import_module("airflow.settings")
    settings.configure_vars()
    settings.configure_orm()
    try:
        initdb()
        return str(_nightly_dag().test(run_conf=conf).state.value)
    finally:
        settings.dispose_orm(do_log=False)


def _nightly_dag() -> Any:
    """The DAG `nightly`, the same one that a scheduler runs."""
    path = project_folder("dags") / "nightly.py"
    spec = importlib.util.spec_from_file_location("iecareer_dag_nightly", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.NIGHTLY


def _run_id(outcomes: list[StepOutcome]) -> str:
    return next((str(step.result) for step in outcomes if step.step == "pin" and step.result), "")


def _refuse_unfinished(report: RunReport, state: str) -> None:
    broken = [step for step in report.steps if step.error and not step.source_id]
    if broken:
        raise IecareerError(
            f"The night stopped at '{broken[0].name}': {broken[0].error}",
            next_step="Nothing was published; the last published warehouse is unchanged.",
        )
    if state != "success":
        raise IecareerError(
            "The night did not finish; nothing was published.", next_step=f"See {report.log_file}."
        )


class _LogTarget:
    """A stream whose file can change: Airflow keeps the first stream it sees."""

    def __init__(self) -> None:
        self.file: TextIO | None = None

    def write(self, text: str) -> int:
        return self.file.write(text) if self.file else len(text)

    def flush(self) -> None:
        if self.file:
            self.file.flush()

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        if self.file is None:
            raise OSError("There is no log.")
        return self.file.fileno()


_log_target = _LogTarget()


@contextmanager
def _private_airflow(log_file: Path) -> Iterator[None]:
    """Airflow with separate metadata, only the project's DAGs, and one log file for all its messages."""
    airflow_home = home() / "airflow"
    airflow_home.mkdir(parents=True, exist_ok=True)
    log_file.parent.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(airflow_home)
    with ExitStack() as stack:
        folder = stack.enter_context(_own_folder(airflow_home))
        stack.enter_context(environment(_airflow_settings(airflow_home, folder)))
        stack.enter_context(environment({_PYTHON: os.environ.get(_PYTHON, "")}))
        _log_target.file = stack.enter_context(log_file.open("a", encoding="utf-8"))
        stack.callback(setattr, _log_target, "file", None)
        stack.enter_context(redirect_stdout(_log_target))
        stack.enter_context(redirect_stderr(_log_target))
        yield


def _airflow_settings(airflow_home: Path, folder: Path) -> dict[str, str]:
    return {
        "AIRFLOW_HOME": str(airflow_home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(project_folder("dags")),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{folder / 'metadata.db'}",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(folder / "logs"),
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    }


@contextmanager
def _own_folder(airflow_home: Path) -> Iterator[Path]:
    """A locked folder for one run. The lock ends with the process, so a later run may remove the folder."""
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=airflow_home))
    with FileLock(folder / "in-use.lock"):
        yield folder
    shutil.rmtree(folder, ignore_errors=True)


def _remove_leftovers(airflow_home: Path) -> None:
    """Remove the folders of killed runs."""
    for folder in airflow_home.glob("run-*"):
        try:
            with FileLock(folder / "in-use.lock", timeout=0):
                shutil.rmtree(folder, ignore_errors=True)
        except (Timeout, OSError):
            continue
