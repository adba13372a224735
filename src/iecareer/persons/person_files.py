"""The conformed files that contain pseudonyms, and rewriting one of them for a swap."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from iecareer.database import text_literal
from iecareer.persons.data_swap import staged
from iecareer.settings import lake


def person_files() -> list[Path]:
    """Every conformed file with a row per person, in all versions of all deliveries."""
    import pyarrow.parquet as pq

    files = sorted((lake() / "landing").glob("*/[!.]*/**/*.parquet"))
    return [path for path in files if "person_key" in pq.read_schema(path).names]


def drop_drafts() -> None:
    """Remove half-written files that killed landings and releases left, encrypted or not.

    Call it only when neither runs.
    """
    landing, redacted, released = lake() / "landing", lake() / "redacted", lake() / "released"
    for draft in (*landing.glob("*/.*.*"), *redacted.glob("*/.*"), *released.glob(".*")):
        if draft.is_dir():
            shutil.rmtree(draft)
    for draft in (*(lake() / "raw").glob(".*"), *(lake() / "vault").glob(".*")):
        draft.unlink()


def rewrite(connection: duckdb.DuckDBPyConnection, path: Path, folder: Path, query: str) -> None:
    """Stage the replacement of `path` in the swap: the result of `query`, which reads the rows of `path` as `rows`."""
    source = f"read_parquet({text_literal(path)}, hive_partitioning = false)"
    connection.execute(
        f"""copy (with rows as (from {source}) {query}) to {text_literal(staged(folder, path))}
        (format parquet, compression zstd)"""
    )
