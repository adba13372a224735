"""Stores the places and reasons of quarantined rows, never a value of a row."""

from __future__ import annotations

import os
import secrets
from collections import Counter
from pathlib import Path

import duckdb

from iecareer.database import text_literal
from iecareer.documents import sync_folder
from iecareer.settings import home


def quarantine_path(source_id: str, name: str) -> Path:
    """The file with the quarantined places of a delivery version; it exists only if there are any."""
    return home() / "quarantine" / source_id / f"{name}.parquet"


def store_quarantine(
    connection: duckdb.DuckDBPyConnection, source_id: str, name: str
) -> tuple[int, dict[str, int]]:
    """Write `quarantined` to the quarantine folder; returns the number of rows and the count of each reason."""
    rows = connection.execute("select reasons from quarantined").fetchall()
    if rows:
        target = quarantine_path(source_id, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{name}.{os.getpid()}.{secrets.token_hex(4)}")
        connection.execute(
            f"""copy (select * from quarantined order by file, sheet, line)
            to {text_literal(draft)} (format parquet, compression zstd)"""
        )
        draft.replace(target)
        sync_folder(target.parent)
    return len(rows), dict(sorted(Counter(reason for (reasons,) in rows for reason in reasons).items()))
