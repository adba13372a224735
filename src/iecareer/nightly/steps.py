"""What every task of a DAG has in common: errors without values of rows, and a record of its outcome.

Input: a task's function. Output: the function with errors that are safe to log. Libraries often quote the failing row
(``Could not convert string '…'``). So of an error that is not our own only the type and the places in this package
are logged, never the message.
"""

from __future__ import annotations

import functools
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from iecareer.database import cause_of
from iecareer.errors import IecareerError
from iecareer.nightly.airflow_secrets import airflow_secrets
from iecareer.nightly.interpreter import call
from iecareer.secret_values import received_secrets

P = ParamSpec("P")
R = TypeVar("R")
_PACKAGE = Path(__file__).resolve().parents[1]
_ON_THE_WAY = ("nightly/steps.py", "nightly/interpreter.py")


@dataclass(frozen=True)
class StepOutcome:
    """One finished task.

    Parameters
    ----------
    step : str
        Name of the task.
    source_id : str or None
        The source system, for tasks that run once per source system.
    seconds : float
        Wall-clock time.
    result : Any
        The task's result: ids and counts. None if it failed.
    error : str or None
        The error, without any value of a row. None if the task succeeded.
    """

    step: str
    source_id: str | None
    seconds: float
    result: Any = None
    error: str | None = None

    @property
    def name(self) -> str:
        """The step, with its source system if it has one."""
        return f"{self.step} {self.source_id}" if self.source_id else self.step


@dataclass
class StepLog:
    """Outcomes of one run in this process, and the callback for each step that begins."""

    on_begin: Callable[[str], None]
    outcomes: list[StepOutcome] = field(default_factory=list)
    is_interrupted: bool = False
    on_terminate: Any = field(default_factory=lambda: signal.getsignal(signal.SIGTERM))


_listening: list[StepLog] = []


@contextmanager
def recorded(on_begin: Callable[[str], None]) -> Iterator[StepLog]:
    """Collect the outcome of every step that runs in this process inside the context."""
    log = StepLog(on_begin)
    _listening.append(log)
    try:
        yield log
    finally:
        _listening.remove(log)
        signal.signal(signal.SIGTERM, log.on_terminate)


def is_recorded() -> bool:
    """Whether a night runs in this process, by :func:`iecareer.nightly.run_nightly`."""
    return bool(_listening)


def step(function: Callable[P, R]) -> Callable[P, R]:
    """Turn a function into a task: it reports its outcome, and its errors contain no values of rows.

    Raises
    ------
    IecareerError
        When the function raises any error, worded by :func:`failure_without_values`, or the night was interrupted.
    """

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        name, source_id = _task_id(function.__name__), kwargs.get("source_id")
        label = StepOutcome(name, str(source_id) if source_id else None, 0.0)
        _begin(label.name)
        began = time.perf_counter()
        try:
            with received_secrets(_secrets(label.source_id)):
                result = function(*args, **kwargs)
        except Exception as error:
            failure = failure_without_values(error, label.name)
            _record(StepOutcome(name, label.source_id, time.perf_counter() - began, error=str(failure)))
            raise failure from None
        except KeyboardInterrupt:
            _interrupt()
            raise
        _record(StepOutcome(name, label.source_id, time.perf_counter() - began, result=result))
        return result

    return run


def stage(place: str) -> Callable[..., Any]:
    """The function named ``module:function`` as a step."""

    def run(*args: Any) -> Any:
        return call(place, *args)

    run.__name__ = run.__qualname__ = place.partition(":")[2]
    return step(run)


def skipped_unless(is_done: Callable[[R], object], reason: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Skip a task, and leave its assets unchanged, if the result of its function is nothing new.

    Parameters
    ----------
    is_done : callable
        Whether the function's result, its argument, contains something new.
    reason : str
        Why the task is skipped, for Airflow's log.
    """

    def decorated(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            result = function(*args, **kwargs)
            if not is_done(result):
                from airflow.sdk.exceptions import AirflowSkipException

                raise AirflowSkipException(reason)
            return result

        return run

    return decorated


def refuse_errors(receipts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The receipts of one landing, if each of its record types was landed.

    Raises
    ------
    IecareerError
        When a receipt has an `error`. The other record types are landed, but the task fails.
    """
    errors = [str(receipt["error"]) for receipt in receipts if receipt.get("error")]
    if errors:
        raise IecareerError(" ".join(errors))
    return receipts


def failure_without_values(error: Exception, where: str) -> IecareerError:
    """The error as an :class:`IecareerError` that is safe to log.

    Parameters
    ----------
    error : Exception
        An :class:`IecareerError` is returned unchanged. Of any other error only its type and its places in this
        package are kept.
    where : str
        The step or command that failed.
    """
    if isinstance(error, IecareerError):
        return error
    if cause := cause_of(str(error)):
        return IecareerError(
            f"{where} failed: {cause}.", next_step="See docs/runbooks/the-machine-is-too-small.md."
        )
    places = " < ".join(_places(error)) or "outside this package"
    return IecareerError(
        f"{where} failed: {type(error).__name__} at {places}.",
        next_step="This is a bug, not a mistake in the data: please report this line.",
    )


def _places(error: BaseException) -> list[str]:
    """Up to four places of the error's traceback in this package, innermost first, as ``file:line``."""
    frames = traceback.extract_tb(error.__traceback__)
    inside = [frame for frame in frames if Path(frame.filename).is_relative_to(_PACKAGE)]
    named = [f"{Path(frame.filename).relative_to(_PACKAGE)}:{frame.lineno}" for frame in reversed(inside)]
    return [place for place in named if not place.startswith(_ON_THE_WAY)][:4]


def _begin(name: str) -> None:
    """Call the callback. After an interruption no step begins: Airflow only sees a failed task and would go on.

    Airflow makes a task's process ignore SIGTERM. A night in this process should end on SIGTERM like any command.
    """
    for log in _listening:
        if log.is_interrupted:
            raise IecareerError("The night was interrupted.")
        signal.signal(signal.SIGTERM, log.on_terminate)
        log.on_begin(name)


def _interrupt() -> None:
    for log in _listening:
        log.is_interrupted = True


def _record(outcome: StepOutcome) -> None:
    for log in _listening:
        log.outcomes.append(outcome)


def _task() -> Any:
    """The running task of Airflow; None outside one."""
    from airflow.sdk import get_current_context

    try:
        return get_current_context()["ti"]
    except RuntimeError:
        return None


def _task_id(default: str) -> str:
    """The id of the running task. Several tasks of a DAG may share one function, but not the id."""
    task = _task()
    return str(task.task_id) if task else default


def _secrets(source_id: str | None) -> dict[str, str]:
    """Secrets of the running task from Airflow's secret backends; none outside a task."""
    return airflow_secrets(source_id) if _task() else {}
