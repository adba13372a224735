"""Secrets by the name of an environment variable: the environment first, then what the running step received.

Comes in: what a scheduler's secret backend holds, for the length of one step. Nothing here is printed or logged.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

_received: dict[str, str] = {}


def secret_value(variable: str) -> str | None:
    """The secret of that name; None when neither the environment nor the running step has one."""
    return os.environ.get(variable) or _received.get(variable)


def received() -> dict[str, str]:
    """What the running step received, to be passed on to another process of it."""
    return dict(_received)


def connection_variables(connection: str) -> tuple[str, ...]:
    """Names under which a connection is a secret, the first one first; the last is that of Airflow itself."""
    name = re.sub(r"\W", "_", connection).upper()
    return f"IECAREER_CONNECTION_{name}", f"AIRFLOW_CONN_{name}"


@contextmanager
def received_secrets(values: Mapping[str, str]) -> Iterator[None]:
    """Make `values` known to :func:`secret_value` in this process until the block ends; the environment goes first."""
    before = received()
    _received.update(values)
    try:
        yield
    finally:
        _received.clear()
        _received.update(before)
