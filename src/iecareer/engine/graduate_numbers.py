"""The table `landing.graduate_number`: the publication numbers of each graduation, unencrypted, for one private build.

DuckDB makes it for either engine, as a table: neither a stored view nor a plan of Spark contains a key.
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from iecareer.contracts import record_type
from iecareer.lake.current_parts import by_source, current_parts
from iecareer.lake.manifest import Delivery
from iecareer.lake.parts import part_rows
from iecareer.persons.publication_numbers import NUMBERED, clear_numbers, no_numbers
from iecareer.settings import lake


def register_graduate_numbers(connection: duckdb.DuckDBPyConnection, deliveries: Iterable[Delivery]) -> None:
    """Create `landing.graduate_number`, with one row for each row of `landing.graduate`, and its key.

    Columns: `person_key`, `institution_code`, `program_code`, and as bigint from 0 to 2³² − 1 `publication_number`,
    `registration_number`, `followed_number`. Input: the deliveries of a run; only accepted ones count.
    """
    kind = record_type(NUMBERED)
    accepted = [d for d in deliveries if d.is_accepted and d.record_type == kind.name]
    current = [found for own in by_source(accepted).values() for found in current_parts(kind, own)]
    rows = part_rows(lake(), kind, [part for _, parts in current for part in parts])
    made = clear_numbers(rows) if rows else no_numbers()
    connection.execute(f"create or replace table landing.graduate_number as {made}")
