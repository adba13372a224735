"""Secrets by the name of an environment variable: from the environment, else from the running step.

Input: secrets from a scheduler's secret backend, for the duration of one step. Nothing is printed or logged.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

_received: dict[str, str] = {}


def secret_value(variable: str) -> str | None:
    """The secret with this name; None if neither the environment nor the running step has it."""
    return os.environ.get(variable) or _received.get(variable)


def received() -> dict[str, str]:
    """The secrets that the running step received, to pass on to another process of the step."""
    return dict(_received)


def connection_variables(connection: str) -> tuple[str, ...]:
    """Environment variables of a connection in the order of precedence; the last is Airflow's own."""
    name = re.sub(r"\W", "_", connection).upper()
    return f"IECAREER_CONNECTION_{name}", f"AIRFLOW_CONN_{name}"


@contextmanager
def received_secrets(values: Mapping[str, str]) -> Iterator[None]:
    """Make `values` known to :func:`secret_value` in this process until the block ends.

    The environment takes precedence.
    """
    before = received()
    _received.update(values)
    try:
        yield
    finally:
        _received.clear()
        _received.update(before)
