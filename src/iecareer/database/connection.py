"""Settings of DuckDB's connections, and texts as SQL literals."""

from __future__ import annotations

from iecareer.database.spill import spill_folder
from iecareer.settings import memory_limit

Config = dict[str, str | bool | int | float | list[str]]


def text_literal(text: object) -> str:
    """A text, such as a path, as an SQL literal."""
    return "'" + str(text).replace("'", "''") + "'"


def build_config() -> Config:
    """Settings of every connection to rows under pseudonyms: what does not fit the memory is spilled.

    Raises
    ------
    IecareerError
        When the memory limit that is set cannot be read.
    """
    return {"memory_limit": memory_limit(), "temp_directory": str(spill_folder())}


def identity_config() -> Config:
    """Settings of every connection that sees identities: nothing is ever spilled, so they stay in memory.

    What does not fit the memory limit fails with `duckdb.OutOfMemoryException`.

    Raises
    ------
    IecareerError
        When the memory limit that is set cannot be read.
    """
    return {"memory_limit": memory_limit(), "temp_directory": ""}
