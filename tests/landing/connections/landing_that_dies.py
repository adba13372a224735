"""Landing the source `bureau` in a process of its own, which may kill itself at a named point."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import sys
from collections.abc import Callable
from datetime import date
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any
from unittest.mock import patch

from iecareer.landing import deliver, land
from iecareer.landing.receive import slices
from iecareer.landing.receive.database import rows
from iecareer.landing.store import manifest_entry


def die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def before(function: Callable[..., Any], n: int) -> Callable[..., Any]:
    """The function, but the process dies before its `n`-th call."""
    calls = iter(range(1, n + 1))

    def called(*args: Any, **kwargs: Any) -> Any:
        return die() if next(calls, n) == n else function(*args, **kwargs)

    return called


POINTS: dict[str, Callable[[], None]] = {
    "before the first slice": lambda: setattr(slices, "receive_bytes", before(slices.receive_bytes, 1)),
    "after two slices": lambda: setattr(slices, "receive_bytes", before(slices.receive_bytes, 3)),
    "before conforming": lambda: setattr(deliver, "_parse_and_store", die),
    "before the document": lambda: setattr(manifest_entry, "record_delivery", die),
}
NEVER = "never"
_LIBRARIES = (
    "sqlalchemy.dialects.sqlite", "sqlalchemy.dialects.postgresql", "sqlalchemy.dialects.mysql", "psycopg", "pymysql",
    "pyarrow.parquet", "pyarrow.compute", "open_data_contract_standard.model", "jsonschema",
    "cryptography.hazmat.primitives.ciphers.aead",
)  # fmt: skip


def start(home: Path, point: str, slice_rows: int) -> tuple[BaseProcess, Connection]:
    """A landing that has begun, and where it tells its receipts; all that it imports is there already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(
        ["iecareer.landing", "iecareer.landing.receive.database.rows", *_LIBRARIES]
    )
    told, telling = context.Pipe(duplex=False)
    env = {name: os.environ[name] for name in os.environ if name.startswith("IECAREER_")}
    env |= {"IECAREER_HOME": str(home), "IECAREER_KEY": "ab" * 32}
    process = context.Process(target=_land, args=(env, point, slice_rows, telling))
    # Else every process imports the whole of pytest before it lands.
    with patch.multiple(sys.modules["__main__"], __file__=None, __spec__=None):
        process.start()
    telling.close()
    return process, told


def _land(env: dict[str, str], point: str, slice_rows: int, telling: Connection) -> None:
    os.environ.update(env)
    slices.SLICE_ROWS = slice_rows
    rows._BATCH = min(rows._BATCH, slice_rows)
    POINTS.get(point, lambda: None)()
    receipts = land("bureau", None, date(2026, 11, 21))
    telling.send((receipts, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10))
