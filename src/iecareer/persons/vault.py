"""The vault: every identity that was ever landed, encrypted, so that officers can trace a pseudonym.

Each delivery version with new persons adds one file: a Parquet table with one column, `identity`, encrypted as a
whole. Pseudonyms are computed from identities and never stored in the vault.
"""

from __future__ import annotations

import io
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from iecareer.documents import sync_folder
from iecareer.persons.data_swap import persons_state
from iecareer.persons.sealing import sealed, unsealed
from iecareer.settings import lake

_PURPOSE = "vault"


def vault_files() -> list[Path]:
    """The files of the vault."""
    return sorted(path for path in (lake() / "vault").glob("*") if not path.name.startswith("."))


def keep(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    """Add the new identities of the table `known_person(person_key, identity)`; returns their number.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        A connection of landing.
    name : str
        Delivery and version with these persons, as one file name.
    """
    connection.execute("create or replace temp table kept (identity varchar)")
    _fill(connection, "kept", vault_files())
    new: Any = connection.sql(
        """select distinct identity from known_person
        anti join kept using (identity) anti join (select unhex(unnest($erased)) as person_key) using (person_key)
        where identity is not null order by identity""",
        params={"erased": sorted(persons_state().erased)},
    ).to_arrow_table()
    connection.execute("drop table kept")
    if new.num_rows:
        write(lake() / "vault" / name, name, new)
    return int(new.num_rows)


def identities(path: Path) -> Any:
    """The Arrow table of one file of the vault, decrypted in memory."""
    import pyarrow.parquet as pq

    return pq.read_table(io.BytesIO(unsealed(path.read_bytes(), _PURPOSE, path.name)))


def write(path: Path, name: str, table: Any) -> None:
    """Write a table of identities to `path`, sealed as the vault's file `name`; the write is atomic and durable."""
    import pyarrow.parquet as pq

    clear = io.BytesIO()
    pq.write_table(table, clear, compression="zstd")
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with draft.open("wb") as sink:
            sink.write(sealed(clear.getvalue(), _PURPOSE, name))
            sink.flush()
            os.fsync(sink.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)


def batches() -> Iterator[Any]:
    """The vault, one file after another, as Arrow tables."""
    for path in vault_files():
        yield identities(path)


def _fill(connection: duckdb.DuckDBPyConnection, table: str, paths: list[Path]) -> None:
    for path in paths:
        connection.register("of_vault", identities(path))
        connection.execute(f"insert into {table} select identity from of_vault")
        connection.unregister("of_vault")
