"""Calling a step's function: in this Python, or in the one that ``$IECAREER_PYTHON`` names.

Airflow's own environment then needs neither dbt nor Great Expectations nor scikit-learn. Comes in: the function as
``module:function``, its arguments as JSON, and secrets, through a pipe. Goes out: the function's result, as JSON.
The other Python ends when the task does: its standard input closes, whatever became of the task.
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
    """The other Python ended without an answer: it was killed, or ran out of memory."""


def call(place: str, *args: Any, **kwargs: Any) -> Any:
    """The result of the function named ``module:function``; imported only when called, so that DAGs parse quickly.

    Parameters
    ----------
    place : str
        The function. In another Python its arguments and its result must be JSON; the secrets that the step received
        are known there, too.

    Raises
    ------
    InterpreterEndedError
        When the other Python ended without an answer.
    IecareerError
        When the function raised it, or a package it needs is not installed.
    """
    python = step_python()
    if python == Path(sys.executable):
        return call_here(place, *args, **kwargs)
    return _called_there(python, {"place": place, "args": args, "kwargs": kwargs, "secrets": received()})


def call_here(place: str, *args: Any, **kwargs: Any) -> Any:
    """The same in this Python.

    Raises
    ------
    IecareerError
        When the function raised it, or a package it needs is not installed.
    """
    module, name = place.split(":")
    try:
        return getattr(importlib.import_module(module), name)(*args, **kwargs)
    except ModuleNotFoundError as error:
        raise IecareerError(
            f"{sys.executable} lacks the package '{(error.name or '').partition('.')[0]}'.",
            next_step="Install iecareer[night] there, or name a Python that has it: IECAREER_PYTHON.",
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
            next_step="It was killed, perhaps for its memory, or lacks iecareer[night]: see the task's log.",
        )
    if problem := answer.get("error"):
        raise IecareerError(problem["message"], next_step=problem["next_step"])
    return answer["result"]


def _started(python: Path) -> subprocess.Popen[str]:
    command = [str(python), "-m", "iecareer.nightly.answer"]
    try:
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    except OSError as error:
        raise IecareerError(
            f"The Python {python} cannot be started: {error.strerror}.",
            next_step="Set IECAREER_PYTHON to a Python in which iecareer[night] is installed.",
        ) from None


def _answer(process: subprocess.Popen[str], request: str) -> dict[str, Any] | None:
    """Send the request; return the answer, or None if the other Python ends without one. Its stdin stays open."""
    if process.stdin is None or process.stdout is None:
        return None
    with suppress(BrokenPipeError):
        process.stdin.write(request + "\n")
        process.stdin.flush()
    text = process.stdout.read()
    process.wait()
    return dict(json.loads(text)) if text else None
