"""Calls a step's function in this process, or in a process of the Python that ``$IECAREER_PYTHON`` names.

With another Python, Airflow's environment needs neither dbt nor Great Expectations nor scikit-learn. Input, through a
pipe: the function as ``module:function``, its arguments as JSON, and secrets. Output: the function's result as JSON.
The other Python ends with the task, even a killed one, because its standard input closes.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from iecareer.errors import IecareerError
from iecareer.secret_values import received
from iecareer.settings import step_python


class InterpreterEndedError(IecareerError):
    """The other Python ended without an answer: it was killed or ran out of memory."""


def call(place: str, *args: Any, **kwargs: Any) -> Any:
    """The result of the function ``module:function``. It is imported only when called, so that DAGs parse quickly.

    Parameters
    ----------
    place : str
        The function. For another Python, its arguments and result must be JSON. That Python also receives the secrets
        of the step.

    Raises
    ------
    InterpreterEndedError
        When the other Python ended without an answer.
    IecareerError
        When the function raises it, or a package that it needs is not installed.
    """
    python = step_python()
    if python is None:
        return call_here(place, *args, **kwargs)
    return _called_there(python, {"place": place, "args": args, "kwargs": kwargs, "secrets": received()})


def call_here(place: str, *args: Any, **kwargs: Any) -> Any:
    """The result of the function ``module:function``, called in this Python.

    Raises
    ------
    IecareerError
        When the function raises it, or a package that it needs is not installed.
    """
    module, name = place.split(":")
    try:
        return getattr(importlib.import_module(module), name)(*args, **kwargs)
    except ModuleNotFoundError as error:
        raise IecareerError(
            f"{sys.executable} lacks the package '{(error.name or '').partition('.')[0]}'.",
            next_step="Install iecareer[night] there, or set IECAREER_PYTHON to a Python that has it.",
        ) from None


def _called_there(python: Path, request: dict[str, Any]) -> Any:
    process = _started(python)
    try:
        answer = _answer(process, json.dumps(request))
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            with suppress(OSError):
                stream and stream.close()
    if answer is None:
        raise InterpreterEndedError(
            f"The Python {python} ended without an answer (exit code {process.returncode}).",
            next_step="It was killed, ran out of memory, or lacks iecareer[night]: see the task's log.",
        )
    if problem := answer.get("error"):
        raise IecareerError(problem["message"], next_step=problem["next_step"])
    return answer["result"]


def _started(python: Path) -> subprocess.Popen[str]:
    command = [str(python), "-m", "iecareer.nightly.answer"]
    try:
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=_log_descriptor(), text=True
        )
    except OSError as error:
        raise IecareerError(
            f"The Python {python} cannot be started: {error.strerror}.",
            next_step="Set IECAREER_PYTHON to a Python in which iecareer[night] is installed.",
        ) from None


def _log_descriptor() -> int | None:
    """The file behind this process's standard error, which may be a night's log; None: the terminal's."""
    try:
        return sys.stderr.fileno()
    except (AttributeError, OSError, ValueError):
        return None


def _answer(process: subprocess.Popen[str], request: str) -> dict[str, Any] | None:
    """Send the request; return the answer, or None if the other Python ends without one. Keeps its stdin open."""
    if process.stdin is None or process.stdout is None:
        return None
    with suppress(BrokenPipeError):
        process.stdin.write(request + "\n")
        process.stdin.flush()
    text = process.stdout.read()
    process.wait()
    return dict(json.loads(text)) if text else None
