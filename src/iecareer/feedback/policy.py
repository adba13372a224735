"""The policy numbers of disclosure control."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iecareer.policy.in_force import TABLE, read_numbers

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SEED = "policy_disclosure"


@dataclass(frozen=True)
class DisclosurePolicy:
    """Rows of ``policy_disclosure`` in force. Every field is the name of a row of the seed, which gives its unit."""

    min_n_rate: int
    min_n_wage: int
    wage_rounding_cny: int
    min_peers: int
    rounding_base: int
    headline_wave_months: int
    headline_horizon_months: int


def read_policy(connection: DuckDBPyConnection) -> DisclosurePolicy:
    """The numbers in force on the day of the build.

    Raises
    ------
    IecareerError
        When the build has no policy, or a number is missing.
    """
    found = read_numbers(connection, DisclosurePolicy, [SEED])
    return DisclosurePolicy(**{name: int(value) for name, value in vars(found).items()})


def write_policy(connection: DuckDBPyConnection) -> None:
    """Write ``feedback.policy``: the policy numbers in force, for readers of a release.

    It includes the false discovery rate (the share of proposals that policy accepts as false alarms) and the least
    number of institutions behind a differential, because texts of a release name them.
    """
    connection.execute(f"""create or replace table feedback.policy as
        select name, value, unit, effective_from, document, clause, description from {TABLE}
        where seed = '{SEED}' or (seed = 'policy_flag' and name = 'false_discovery_rate')
          or (seed = 'policy_indicator' and name = 'differential_min_institutions')
        order by seed, name""")
