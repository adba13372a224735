"""An engine, DuckDB or Spark: it runs SQL that both understand, and reads conformed files."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Protocol

import duckdb

from iecareer.contracts import RecordType
from iecareer.lake.manifest import Part
from iecareer.lake.parts import part_rows
from iecareer.settings import lake

# The schemas of a build, on either engine.
SCHEMAS = (
    "landing",
    "staging",
    "skills",
    "intermediate",
    "indicators",
    "marts",
    "seeds",
    "estimates",
    "basis",
    "lights",
    "instruments",
    "audit",
    "flags",
    "feedback",
    "checks",
)


class Engine(Protocol):
    """The engine that makes record types visible in the schema `landing`."""

    def execute(self, statement: str) -> list[tuple[Any, ...]]:
        """Run one statement in SQL that both engines understand; returns its rows."""

    def rows(self, kind: RecordType, parts: Iterable[Part]) -> str | None:
        """SQL of the rows of these parts; None if the parts have no rows."""

    def clear(self, names: Collection[str]) -> None:
        """Drop relations of the schema `landing` that an earlier attempt left."""


class DuckDB:
    """The private build of a run, or any other open DuckDB file."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def execute(self, statement: str) -> list[tuple[Any, ...]]:
        """Run one statement; returns its rows."""
        return self._connection.execute(statement).fetchall()

    def rows(self, kind: RecordType, parts: Iterable[Part]) -> str | None:
        """SQL of the rows of these parts; None if the parts have no rows."""
        return part_rows(lake(), kind, parts)

    def clear(self, names: Collection[str]) -> None:
        """Drop relations of an earlier attempt.

        A record type may have been a view then and be a table now, or vice versa.
        """
        found = self.execute(
            "select table_name, table_type from information_schema.tables where table_schema = 'landing'"
        )
        for name, what in found:
            if name in names:
                self.execute(f"drop {'view' if what == 'VIEW' else 'table'} landing.{name}")
