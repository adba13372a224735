"""How the tasks of every DAG run: owner, pool, retries, time limit, and who is notified of a failure.

Settings are read when Airflow parses the DAG files: ``IECAREER_POOL`` and ``IECAREER_QUEUE`` (default:
Airflow's defaults).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from iecareer.nightly.notifier import notify
from iecareer.nightly.schedule import first_day
from iecareer.nightly.steps import is_recorded

_ERROR = "iecareer.errors.IecareerError"
_ENDED = "iecareer.nightly.interpreter.InterpreterEndedError"


def dag_defaults(tags: Sequence[str] = ("iecareer",), **of_tasks: Any) -> dict[str, Any]:
    """Arguments common to every DAG.

    Parameters
    ----------
    tags : sequence of str
        Tags of the DAG.
    of_tasks : object
        Arguments of its tasks that override the common ones.
    """
    return {
        "start_date": first_day(),
        "catchup": False,
        "max_active_runs": 1,
        "tags": list(tags),
        "default_args": task_defaults() | of_tasks,
    }


def task_defaults() -> dict[str, Any]:
    """Arguments common to every task."""
    return {
        "owner": "iecareer",
        "pool": os.environ.get("IECAREER_POOL") or "default_pool",
        "queue": os.environ.get("IECAREER_QUEUE") or "default",
        "execution_timeout": timedelta(hours=6),
        "on_failure_callback": notify,
        **_retries(),
    }


def _retries() -> dict[str, Any]:
    """A step that reports an error fails at once. A step whose process was killed is retried twice.

    A night in one process has no retries.
    """
    from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule

    if is_recorded():
        return {"retries": 0}
    rules = [RetryRule(_ENDED, action=RetryAction.DEFAULT), RetryRule(_ERROR, action=RetryAction.FAIL)]
    return {
        "retries": 2,
        "retry_delay": timedelta(minutes=1),
        "retry_policy": ExceptionRetryPolicy(rules=rules),
    }
