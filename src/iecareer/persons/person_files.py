"""The conformed files that hold pseudonyms, and writing one of them anew for a swap."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from iecareer.database import text_literal
from iecareer.persons.data_swap import staged
from iecareer.settings import lake


def person_files() -> list[Path]:
    """Every conformed file with a row per person, of whatever version of whatever delivery."""
    import pyarrow.parquet as pq

    files = sorted((lake() / "landing").glob("*/[!.]*/**/*.parquet"))
    return [path for path in files if "person_key" in pq.read_schema(path).names]


def drop_drafts() -> None:
    """Remove what killed landings left half written, encrypted or not; called when nobody lands."""
    for draft in (*(lake() / "landing").glob("*/.*.*"), *(lake() / "redacted").glob("*/.*")):
        if draft.is_dir():
            shutil.rmtree(draft)
    for draft in (*(lake() / "raw").glob(".*"), *(lake() / "vault").glob(".*")):
        draft.unlink()


def rewrite(connection: duckdb.DuckDBPyConnection, path: Path, folder: Path, query: str) -> None:
    """Stage the result of `query` over `rows`, the rows of `path`, to replace that file in the swap."""
    source = f"read_parquet({text_literal(path)}, hive_partitioning = false)"
    connection.execute(
        f"""copy (with rows as (from {source}) {query}) to {text_literal(staged(folder, path))}
        (format parquet, compression zstd)"""
    )
