"""The DuckDB connection of a landing: closed to other files, with the SQL functions of parsing defined."""

from __future__ import annotations

from typing import Any, cast

import duckdb

from iecareer.contracts import RecordType
from iecareer.database import identity_config, text_literal
from iecareer.landing.parse import casts, rows_sql
from iecareer.landing.read.memory_file import MEMORY_FOLDER
from iecareer.persons import identity_numbers
from iecareer.settings import home


def open_landing() -> duckdb.DuckDBPyConnection:
    """A connection that reaches no file but those of the home and the delivery in memory, whatever SQL it is given.

    A point in time is read in China's time, so that no month depends on where this machine stands.
    """
    # One piece after the other finds the memory of the one before, which the system would have to give anew.
    kept = {"enable_external_file_cache": "false", "block_allocator_memory": "700MB"}
    connection = duckdb.connect(config=identity_config() | kept)
    reached = f"[{text_literal(MEMORY_FOLDER)}, {text_literal(f'{home()}/')}]"
    for setting in (
        "TimeZone = 'Asia/Shanghai'",
        f"allowed_directories = {reached}",
        "enable_external_access = false",
        # Nearly every row finds its partner here; to ask so beforehand costs more than the lookups. And what is
        # looked up is the smaller side, though of a text that is still to be parsed nobody knows how long it is.
        "disabled_optimizers = 'join_filter_pushdown,build_side_probe_side'",
        "lock_configuration = true",
    ):
        connection.execute(f"set {setting}")
    return connection


def prepare(connection: duckdb.DuckDBPyConnection, kind: RecordType) -> None:
    """Define the SQL functions of landing and the empty tables `conformed` and `quarantined`."""
    import pyarrow.compute as pc

    text: Any = "VARCHAR"
    connection.create_function(
        "nfkc", lambda texts: pc.utf8_normalize(texts, form="NFKC"), [text], text, type=cast("Any", "arrow")
    )
    connection.create_function(
        "holds_resident_id", identity_numbers.holds_resident_id, [text], cast("Any", "BOOLEAN")
    )
    for statement in (*casts.macros(), *identity_numbers.macros(), *rows_sql.macros()):
        connection.execute(statement)
    columns = ", ".join(f"{column.stored_name} {column.stored_type}" for column in kind.columns)
    connection.execute(f"create temp table conformed (_file integer, _line bigint, {columns})")
    connection.execute("create temp table known_person (person_key blob, identity varchar)")
    connection.execute(
        "create temp table quarantined (file varchar, sheet varchar, line bigint, reasons varchar[])"
    )


def forget(connection: duckdb.DuckDBPyConnection) -> None:
    """Take back what `prepare` registered in the process."""
    connection.remove_function("nfkc")
    connection.remove_function("holds_resident_id")
