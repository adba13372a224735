"""The private build of a run: a DuckDB file. Each task opens and closes it; only one task at a time has it open.

The file has the same name in every run, because DuckDB's views name the database, and dbt's parse does, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from iecareer.database import build_config
from iecareer.engine.engine import SCHEMAS
from iecareer.runs.pin import run_in_use
from iecareer.settings import home


def build_path(run_id: str) -> Path:
    """The run's private build file."""
    return builds_folder() / run_id / "build.duckdb"


def made_room(run_id: str) -> Path:
    """The run's private build file, whose folder is made now and is readable for this account only."""
    path = build_path(run_id)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def builds_folder() -> Path:
    """The folder with one folder per private build."""
    return home() / "runs" / "builds"


@contextmanager
def open_build(run_id: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-write connection to the run's build, with all schemas created; closed on leaving.

    Data that exceed the memory limit are spilled to a folder that only this account can read.

    Raises
    ------
    IecareerError
        When pseudonyms were replaced or a person was erased since the run began.
    """
    with run_in_use(run_id):
        connection = duckdb.connect(str(made_room(run_id)), config=build_config())
        try:
            for schema in SCHEMAS:
                connection.execute(f"create schema if not exists {schema}")
            yield connection
        finally:
            connection.close()
