"""Lights and money computed again from a published warehouse alone, with its policy or with changed rows of it.

Input: the marts, policy and stored inputs of a published warehouse. Output: the tables of a night, in a DuckDB file
in memory, by the same models. Nothing is written to the warehouse. Peers of programs need levels of study, which are
not published: the value of the peers is taken from the stored anchors, so `min_peers` cannot be tried out.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from iecareer.database import text_literal
from iecareer.errors import IecareerError
from iecareer.lights.models import LIGHTS, MONEY, POLICY, VALUES
from iecareer.transform.rendered import compute

if TYPE_CHECKING:
    from collections.abc import Sequence

# What names a row of a seed; with another row of the same names, one of them is in force.
_KEY = ("name", "scope", "region_class", "level", "indicator")
# Tables that a night reads from deliveries, as the published tables hold them.
_STORED = {
    "staging.stg_allocation_base": "select institution_code, year, base_cny from published.instruments.allocation",
    "staging.stg_cooperation_insurance": """select policy_id, enterprise_code, institution_code, year, premium,
        case when refund_cny > 0 then 0 else 1 end as n_claims from published.instruments.insurance_subsidy""",
    "basis.basis_insured_enterprise": """select policy_id, enterprise_code, is_small
        from published.instruments.insurance_subsidy""",
}


@contextmanager
def recomputed(
    warehouse: Path, changed: dict[str, str] | None = None
) -> Iterator[tuple[duckdb.DuckDBPyConnection, date]]:
    """A DuckDB file in memory with lights and money computed again, and the day of the published run.

    The warehouse is attached to it as ``published``.

    Parameters
    ----------
    warehouse : Path
        A published warehouse.
    changed : dict of str to str, optional
        Name of a seed → CSV text of rows that take the place of the published ones, as if they were in force.

    Raises
    ------
    IecareerError
        When the warehouse has no lights.
    """
    with duckdb.connect() as connection:
        connection.execute(f"attach {text_literal(warehouse)} as published (read_only)")
        try:
            ((as_of,),) = connection.execute("select as_of from published.checks.run").fetchall()
            _show_inputs(connection)
        except duckdb.CatalogException:
            raise IecareerError(
                "The published warehouse has no lights.",
                next_step="Run 'iecareer run' with this version first.",
            ) from None
        compute(connection, [*POLICY, *VALUES], as_of)
        _keep_peers(connection)
        for seed, text in (changed or {}).items():
            _replace_rows(connection, seed, text, as_of)
        compute(connection, [*POLICY, *VALUES] if changed else [], as_of)
        _anchor(connection)
        compute(connection, [*LIGHTS, *MONEY], as_of)
        yield connection, as_of


def _tables(connection: duckdb.DuckDBPyConnection, schema: str) -> list[str]:
    found = connection.execute(
        """select table_name from information_schema.tables
        where table_catalog = 'published' and table_schema = ?""",
        [schema],
    ).fetchall()
    return [str(name) for (name,) in found]


def _show_inputs(connection: duckdb.DuckDBPyConnection) -> None:
    for schema in ("marts", "indicators", "seeds", "staging", "basis", "intermediate"):
        connection.execute(f"create schema {schema}")
    marts = _tables(connection, "marts")
    for name in marts:
        connection.execute(f"create view marts.{name} as from published.marts.{name}")
        if f"{name}_rollup" in marts:
            connection.execute(
                f"""create view indicators.{name} as select * from published.marts.{name}_rollup
                union all by name select *, 'program' as scope from published.marts.{name}"""
            )
    for name in _tables(connection, "seeds"):
        connection.execute(f"create table seeds.{name} as from published.seeds.{name}")
    for name, query in _STORED.items():
        connection.execute(f"create table {name} as {query}")


def _keep_peers(connection: duckdb.DuckDBPyConnection) -> None:
    """The value of the peers behind each stored anchor that is not the fixed one."""
    connection.execute(
        """create table basis.stored_peer as
        select stored.institution_code, stored.program_code, stored.year, stored.indicator,
          stored.worst + policy.peers_below as peer_value
        from published.lights.light_indicator as stored
        inner join staging.stg_policy_light_indicator as indicator
          on stored.scope = indicator.scope and stored.indicator = indicator.indicator
        cross join intermediate.int_light_policy as policy
        where indicator.anchor = 'peers' and (stored.worst <> indicator.worst or stored.best <> indicator.best)"""
    )


def _anchor(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        """create table basis.basis_light_anchor as
        select stored_peer.*, peer_value - policy.peers_below as worst, peer_value + policy.peers_above as best
        from basis.stored_peer as stored_peer cross join intermediate.int_light_policy as policy
        inner join staging.stg_policy_light_indicator as indicator
          on indicator.scope = 'program' and indicator.indicator = stored_peer.indicator
        where indicator.anchor = 'peers'"""
    )


def _replace_rows(connection: duckdb.DuckDBPyConnection, seed: str, text: str, as_of: date) -> None:
    reader = csv.DictReader(io.StringIO(text))
    columns: Sequence[str] = reader.fieldnames or []
    key = [column for column in _KEY if column in columns and not (column == "level" and "worst" in columns)]
    for row in reader:
        # a row that comes into force later is tried as if it were in force
        values = row | {"effective_from": min(row["effective_from"], as_of.isoformat())}
        same = " and ".join(f"{column} = ?" for column in key)
        connection.execute(f"delete from seeds.{seed} where {same}", [row[column] for column in key])
        connection.execute(
            f"insert into seeds.{seed} ({', '.join(columns)}) values ({', '.join('?' * len(columns))})",
            [values[column] or None for column in columns],
        )
