"""Finds the rows of a person, and the identity behind a pseudonym. Both accesses are logged."""

from __future__ import annotations

from collections import Counter

import duckdb

from iecareer.database import identity_config
from iecareer.lake.manifest import versions
from iecareer.persons import vault
from iecareer.persons.access_log import log_access
from iecareer.persons.locks import persons_in_use
from iecareer.persons.person_files import person_files
from iecareer.persons.pseudonyms import pseudonym
from iecareer.persons.subject import Subject
from iecareer.settings import lake

Found = dict[str, str | int]


def whereabouts(person: Subject, reason: str) -> list[Found]:
    """The number of rows of the person in each delivery version."""
    log_access("find", reason)
    with persons_in_use(), duckdb.connect(config=identity_config()) as connection:
        counted: Counter[str] = Counter()
        for path in person_files():
            rows = connection.execute(
                "select count(*) from read_parquet($file) where person_key = unhex($key)",
                {"file": str(path), "key": person.person_key},
            ).fetchall()
            counted[path.relative_to(lake() / "landing").parts[1]] += rows[0][0]
        return [
            {
                "delivery_id": delivery.delivery_id,
                "source_id": delivery.source_id,
                "record_type": delivery.record_type,
                "received_on": delivery.received_on.isoformat(),
                "conformed_on": delivery.conformed_on.isoformat(),
                "n_rows": counted[f"{delivery.delivery_id}.{delivery.version}"],
            }
            for delivery in versions()
            if counted[f"{delivery.delivery_id}.{delivery.version}"]
        ]


def identity_behind(person_key: str, reason: str) -> str | None:
    """The identity with this current pseudonym, from the vault; None if the vault has no such identity."""
    log_access("trace", reason)
    with persons_in_use(), duckdb.connect(config=identity_config()) as connection:
        for batch in vault.batches():
            connection.register("of_vault", batch)
            found = connection.execute(
                f"select identity from of_vault where {pseudonym('identity')} = ?", [person_key]
            ).fetchall()
            connection.unregister("of_vault")
            if found:
                return str(found[0][0])
    return None
