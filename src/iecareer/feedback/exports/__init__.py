"""The researchers' folder: published numbers in the layouts of PSEO (US Census Bureau) and LEO (UK, DfE).

docs/exports.md says what every column is made of, and which have no counterpart here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iecareer.feedback.exports.files import write_export
from iecareer.feedback.exports.leo import leo_rows
from iecareer.feedback.exports.pseo import earnings_rows, flows_rows
from iecareer.feedback.exports.schema import write_schema

if TYPE_CHECKING:
    from pathlib import Path

    from duckdb import DuckDBPyConnection

NAME = "researchers"


def write_researchers(draft: Path, connection: DuckDBPyConnection) -> str:
    """Write the researchers' folder below `draft`; returns its name."""
    folder = draft / NAME / "data"
    folder.mkdir(parents=True)
    write_export(folder, "pseoe", earnings_rows(connection))
    write_export(folder, "pseof", flows_rows(connection))
    write_export(folder, "leo_provider", leo_rows(connection))
    write_schema(folder / "schema.csv")
    return NAME
