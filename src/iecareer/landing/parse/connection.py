"""The DuckDB connection of a landing: it has the SQL functions of parsing and cannot open other files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import duckdb

from iecareer.database import identity_config, text_literal
from iecareer.landing.code_lists import CodeLists
from iecareer.landing.parse import casts, cell_marks, codes, row_rules_sql
from iecareer.landing.read.memory_file import MEMORY_FOLDER
from iecareer.persons import identity_numbers
from iecareer.settings import home


@contextmanager
def open_landing(lists: CodeLists | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that is ready to parse; closed on leaving. Names are looked up in `lists`, by default in none."""
    connection = restricted_connection()
    try:
        prepare(connection, lists or CodeLists())
        yield connection
    finally:
        # User-defined functions are registered for the whole process and outlive the connection.
        connection.remove_function("nfkc")
        connection.remove_function("holds_resident_id")
        codes.remove(connection)
        connection.close()


def restricted_connection() -> duckdb.DuckDBPyConnection:
    """A connection that can only open files of the home and the memory file of a delivery, whatever SQL it runs.

    Timestamps are read in China's time zone, so that no month depends on the machine's time zone.
    """
    # A chunk reuses the memory of the previous chunk instead of asking the system for new memory.
    kept = {"enable_external_file_cache": "false", "block_allocator_memory": "700MB"}
    connection = duckdb.connect(config=identity_config() | kept)
    reached = f"[{text_literal(MEMORY_FOLDER)}, {text_literal(f'{home()}/')}]"
    for setting in (
        "TimeZone = 'Asia/Shanghai'",
        f"allowed_directories = {reached}",
        "enable_external_access = false",
        # Almost every row finds its text in the cache, so filtering rows before the join costs more than it saves.
        # DuckDB does not know how long the unread text is, and would build the hash table of it instead of the cache.
        # A filter that moves down through the steps of parsing computes there again what each step has computed.
        "disabled_optimizers = 'join_filter_pushdown,build_side_probe_side,filter_pushdown'",
        "lock_configuration = true",
    ):
        connection.execute(f"set {setting}")
    return connection


def prepare(connection: duckdb.DuckDBPyConnection, lists: CodeLists) -> None:
    """Define the SQL functions of parsing, and the tables that parsing fills: see :mod:`parser`.

    Names of institutions and programs are looked up in `lists`.
    """
    text: Any = "VARCHAR"
    connection.create_function("nfkc", cell_marks.nfkc, [text], text, type=cast("Any", "arrow"))
    connection.create_function(
        "holds_resident_id", identity_numbers.holds_resident_id, [text], cast("Any", "BOOLEAN")
    )
    codes.register(connection, lists)
    made = (*casts.macros(), *identity_numbers.macros(), *row_rules_sql.macros(), *cell_marks.macros())
    for statement in made:
        connection.execute(statement)
    connection.execute("create temp table known_person (person_key blob, identity varchar)")
    connection.execute("create temp table first_key (person_key blob, first_key blob)")
    connection.execute("create temp table flawed (_file integer, _line bigint)")
    connection.execute(
        "create temp table quarantined (file varchar, sheet varchar, line bigint, reasons varchar[])"
    )
