"""How this project opens DuckDB: the settings of a connection, and texts as SQL literals."""

from __future__ import annotations

from iecareer.settings import home


def text_literal(text: object) -> str:
    """A text, such as a path, as an SQL literal."""
    return "'" + str(text).replace("'", "''") + "'"


def build_config() -> dict[str, str | bool | int | float | list[str]]:
    """DuckDB settings of every connection that may touch rows of persons."""
    return {"temp_file_encryption": "true", "temp_directory": str(home() / "runs" / "spill")}
