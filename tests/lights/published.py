"""The worked example as a published warehouse: marts, policy, lights and instruments."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.lights.example import AS_OF, example
from tests.lights.tables import TABLES, build_instruments, build_lights, write


def write_published(path: Path) -> Path:
    """Write the warehouse."""
    with duckdb.connect(str(path)) as connection:
        write(connection, example())
        build_lights(connection, AS_OF)
        build_instruments(connection, AS_OF)
        for table in TABLES:
            schema, _, name = table.partition(".")
            if schema == "indicators":
                is_program = "scope = 'program'"
                connection.execute(
                    f"create table marts.{name} as select * exclude (scope, area_code) from {table} where {is_program}"
                )
                connection.execute(f"create table marts.{name}_rollup as from {table} where not {is_program}")
        connection.execute("create schema checks")
        connection.execute("create table checks.run as select ?::date as as_of", [AS_OF])
        for schema in ("indicators", "staging", "intermediate", "basis"):
            connection.execute(f"drop schema {schema} cascade")
    return path
