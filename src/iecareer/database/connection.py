"""Settings of DuckDB's connections, and texts as SQL literals."""

from __future__ import annotations

from iecareer.database.spill import spill_folder
from iecareer.settings import memory_limit

Config = dict[str, str | bool | int | float | list[str]]


def text_literal(text: object) -> str:
    """A text, such as a path, as an SQL literal."""
    return "'" + str(text).replace("'", "''") + "'"


def build_config() -> Config:
    """Settings of connections to rows under pseudonyms: data that exceed the memory limit are spilled.

    Raises
    ------
    IecareerError
        When ``$IECAREER_MEMORY_LIMIT`` is not an amount of memory.
    """
    return {"memory_limit": memory_limit(), "temp_directory": str(spill_folder())}


def identity_config() -> Config:
    """Settings of connections that see identities: they never spill, so identities stay in memory.

    A query that exceeds the memory limit fails with `duckdb.OutOfMemoryException`.

    Raises
    ------
    IecareerError
        When ``$IECAREER_MEMORY_LIMIT`` is not an amount of memory.
    """
    return {"memory_limit": memory_limit(), "temp_directory": ""}
