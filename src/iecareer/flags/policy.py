"""The numbers of policy behind a flag, read from ``seeds.policy_flag`` and from nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING

from iecareer.errors import IecareerError

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class FlagPolicy:
    """One number per row of the seed; what each means stands there in ``description``."""

    match_margin: float
    min_peers: float
    prior_strength_min: float
    prior_strength_max: float
    prior_strength_default: float
    months_until_match_known: float
    months_until_pay_known: float
    months_until_retention_known: float
    recent_cohorts: float
    trend_cohorts: float
    trend_prior_sd: float
    course_change_months: float
    light_rule_years: float
    min_training_units: float
    min_training_years: float
    false_discovery_rate: float
    review_budget: float
    least_probability: float
    bootstrap_draws: float
    interval_level: float
    size_band_medium_from: float
    size_band_large_from: float
    reason_min_n: float
    reason_min_n_pay: float

    def size_band(self, n_graduates: float) -> str:
        """Size band of a program by the graduates of its newest cohort."""
        if n_graduates < self.size_band_medium_from:
            return "small"
        return "medium" if n_graduates < self.size_band_large_from else "large"


NEWEST_IN_FORCE = """
select name, max_by(try_cast(value as double), effective_from)
from seeds.policy_flag
where cast(effective_from as date) <= $as_of
group by name
"""


def read_policy(connection: duckdb.DuckDBPyConnection, as_of: date) -> FlagPolicy:
    """Policy in force on a day: per name the row with the newest ``effective_from``.

    Raises
    ------
    IecareerError
        When the seed is not in the build, or a row is missing or not a number.
    """
    import duckdb

    try:
        rows = connection.execute(NEWEST_IN_FORCE, {"as_of": as_of}).fetchall()
    except duckdb.CatalogException as error:
        raise IecareerError(
            "The build has no table seeds.policy_flag.",
            next_step="Load the seeds first: dbt_project/seeds/policy/policy_flag.csv.",
        ) from error
    values = {str(name): value for name, value in rows}
    missing = [field.name for field in fields(FlagPolicy) if values.get(field.name) is None]
    if missing:
        raise IecareerError(
            f"seeds.policy_flag has no number in force on {as_of} for {len(missing)} names: "
            f"{', '.join(missing)}.",
            next_step="Add the rows to dbt_project/seeds/policy/policy_flag.csv.",
        )
    return FlagPolicy(**{field.name: float(values[field.name]) for field in fields(FlagPolicy)})
