"""The policy numbers of disclosure control, as in force on a date. They live in the seed, never here."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING

from iecareer.errors import IecareerError
from iecareer.feedback.catalog import has_table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True)
class DisclosurePolicy:
    """Rows of ``policy_disclosure`` in force; every name is a row of the seed, units are given there."""

    min_n_rate: int
    min_n_at_risk: int
    min_n_wage: int
    max_pooled_cohorts: int
    wage_rounding_cny: int
    min_peers: int
    peer_group_digits: int
    peer_field_digits: int
    headline_wave_months: int
    headline_horizon_months: int


def policy_in_force(connection: DuckDBPyConnection, as_of: date) -> DisclosurePolicy:
    """Write ``feedback.policy``, the newest row of each name not later than `as_of`, and return its numbers.

    Raises
    ------
    IecareerError
        When the seed is missing or lacks a name.
    """
    if not has_table(connection, "seeds.policy_disclosure"):
        raise IecareerError(
            "The build has no table seeds.policy_disclosure.", next_step="Build the seeds first."
        )
    connection.execute(
        """create or replace table feedback.policy as
        select name, value::double as value, unit, effective_from::date as effective_from, document, clause,
          description
        from seeds.policy_disclosure where effective_from::date <= ?
        qualify row_number() over (partition by name order by effective_from::date desc) = 1 order by name""",
        [as_of],
    )
    if has_table(connection, "seeds.policy_flag"):
        connection.execute(_FLAG_POLICY, [as_of])
    values = dict(connection.execute("select name, value from feedback.policy").fetchall())
    names = [field.name for field in fields(DisclosurePolicy)]
    missing = sorted(set(names) - set(values))
    if missing:
        raise IecareerError(
            f"seeds.policy_disclosure has no row in force on {as_of} for {', '.join(missing)}.",
            next_step="Add the rows to dbt_project/seeds/policy/policy_disclosure.csv.",
        )
    return DisclosurePolicy(**{name: int(values[name]) for name in names})


# Readers of proposals must know how many of them policy expects not to come true.
_FLAG_POLICY = """insert into feedback.policy
    select name, value::double, unit, effective_from::date, document, clause, description from seeds.policy_flag
    where effective_from::date <= ? and name = 'false_discovery_rate'
    qualify row_number() over (partition by name order by effective_from::date desc) = 1"""
