"""The numbers of policy behind the estimates, as in force on a day."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from iecareer.errors import IecareerError

if TYPE_CHECKING:
    from datetime import date

    import duckdb


@dataclass(frozen=True)
class EstimatePolicy:
    """One number per row of a seed; what each means stands there in ``description``."""

    folds: float
    repeats: float
    penalty: float
    score_band: float
    propensity_limit: float
    extreme_share_max: float
    imbalance_max: float
    effective_min: float
    effective_share_min: float
    trim: float
    range_warn: float
    comparison_share_warn: float
    differential_min_institutions: float
    limit_share_max: float
    funnel_false_discovery: float
    event_window: float
    min_peers: float
    peer_group_digits: float
    peer_field_digits: float
    headline_wave_months: float
    headline_horizon_months: float


# Rows that govern marts and releases too stand in their seeds.
IN_FORCE = """
select name, max_by(value::double, effective_from)
from (
    select name, value, effective_from from seeds.policy_estimate
    union all
    select name, value, effective_from from seeds.policy_indicator
    where name in ('differential_min_institutions', 'limit_share_max')
    union all
    select name, value, effective_from from seeds.policy_disclosure
    where
        name in (
            'min_peers', 'peer_group_digits', 'peer_field_digits', 'headline_wave_months',
            'headline_horizon_months'
        )
)
where cast(effective_from as date) <= $as_of
group by name
"""


def read_policy(connection: duckdb.DuckDBPyConnection, as_of: date) -> EstimatePolicy:
    """Policy in force on a day: per name the row with the newest ``effective_from``.

    Raises
    ------
    IecareerError
        When a seed is not in the build, or a number is missing.
    """
    import duckdb

    try:
        values = dict(connection.execute(IN_FORCE, {"as_of": as_of}).fetchall())
    except duckdb.CatalogException as error:
        raise IecareerError(
            "The build lacks one of seeds.policy_estimate, seeds.policy_indicator and seeds.policy_disclosure.",
            next_step="Load the seeds first: dbt_project/seeds/policy.",
        ) from error
    missing = [field.name for field in fields(EstimatePolicy) if values.get(field.name) is None]
    if missing:
        raise IecareerError(
            f"seeds.policy_estimate has no number in force on {as_of} for {len(missing)} names: "
            f"{', '.join(missing)}.",
            next_step="Add the rows to dbt_project/seeds/policy/policy_estimate.csv.",
        )
    return EstimatePolicy(**{field.name: float(values[field.name]) for field in fields(EstimatePolicy)})
