"""Lands the source `bureau` in a process that kills itself at a named point: python landing_that_dies.py POINT."""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

from iecareer.landing import deliveries, land
from iecareer.landing.connections import slices, sql

SLICE_ROWS = int(os.environ.get("SLICE_ROWS", "200000"))


def die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def before(function: Callable[..., Any], n: int) -> Callable[..., Any]:
    """The function, but the process dies before its `n`-th call."""
    calls = iter(range(1, n + 1))

    def called(*args: Any, **kwargs: Any) -> Any:
        return die() if next(calls, n) == n else function(*args, **kwargs)

    return called


POINTS: dict[str, Callable[[], None]] = {
    "never": lambda: None,
    "before the first slice": lambda: setattr(slices, "receive_bytes", before(slices.receive_bytes, 1)),
    "after two slices": lambda: setattr(slices, "receive_bytes", before(slices.receive_bytes, 3)),
    "before conforming": lambda: setattr(deliveries, "_conform", die),
    "before the document": lambda: setattr(deliveries, "record_delivery", die),
}

if __name__ == "__main__":
    slices.SLICE_ROWS = SLICE_ROWS
    sql._BATCH = min(sql._BATCH, SLICE_ROWS)
    POINTS[sys.argv[1]]()
    for receipt in land("bureau", None, date(2026, 11, 21)):
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(receipt["n_in"], receipt["n_loaded"], receipt["error"], round(peak), flush=True)  # noqa: T201
