"""Collects the persons of good rows: their identities for the vault, their first pseudonyms for publication numbers."""

from __future__ import annotations

import duckdb

from iecareer.persons.publication_numbers import needs_first_key


def note_persons(connection: duckdb.DuckDBPyConnection, record_type: str, rows: str, condition: str) -> None:
    """Add the persons of the rows that meet the condition to `known_person`, and to `first_key` where it is needed."""
    connection.execute(
        f"""insert into known_person select distinct person_key, _identity from {rows}
        where {condition} and _identity is not null"""
    )
    if needs_first_key(record_type):
        connection.execute(
            f"insert into first_key select distinct person_key, _first_key from {rows} where {condition}"
        )
